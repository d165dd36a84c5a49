// Keys that a later version will understand: refused with the reason, instead of as a slip of the pen.
import type { Mistake } from "./positions.ts";

const later: Readonly<Record<string, string>> = {
  load: "load generators come with k6 in a later version; the probers of the target always run",
};

export function withoutLaterKeys(data: unknown): { readonly value: unknown; readonly mistakes: readonly Mistake[] } {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return { value: data, mistakes: [] };
  const entries = Object.entries(data);
  const value = Object.fromEntries(entries.filter(([key]) => later[key] === undefined));
  return {
    value,
    mistakes: entries.flatMap(([key]) =>
      later[key] === undefined
        ? []
        : [{ path: [key], part: "key" as const, code: "not-yet" as const, message: `"${key}" is not accepted yet: ${later[key]}` }],
    ),
  };
}
