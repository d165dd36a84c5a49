// Keys that a later version will understand: refused with the reason, instead of as a slip of the pen.
import type { Mistake } from "./positions.ts";

const later = {
  experiment: { load: "load generators come with k6 in a later version; the probers of the target always run" },
  target: { compose: "reading a Compose file is not there yet: write `services` and `networks` into the target" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export function withoutLaterKeys(
  data: unknown,
  kind: keyof typeof later,
): { readonly value: unknown; readonly mistakes: readonly Mistake[] } {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return { value: data, mistakes: [] };
  const known: Readonly<Record<string, string>> = later[kind];
  const entries = Object.entries(data);
  const value = Object.fromEntries(entries.filter(([key]) => known[key] === undefined));
  return {
    value,
    mistakes: entries.flatMap(([key]) =>
      known[key] === undefined
        ? []
        : [{ path: [key], part: "key" as const, code: "not-yet" as const, message: `"${key}" is not accepted yet: ${known[key]}` }],
    ),
  };
}
