// Durations as people write them ("250ms", "5s", "2m") and as the code counts them (milliseconds).
import * as z from "zod";

const factors = { ms: 1, s: 1_000, m: 60_000 } as const;

export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/u.exec(text);
  if (!match) return undefined;
  const unit = match[2];
  if (unit !== "ms" && unit !== "s" && unit !== "m") return undefined;
  const ms = Number(match[1]) * factors[unit];
  return ms > 0 && ms <= 3_600_000 ? ms : undefined;
}

/** 1500 -> "1.5s". */
export function formatDuration(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  if (ms >= 1_000) return `${Number((ms / 1_000).toFixed(2))}s`;
  return `${Number(ms.toFixed(1))}ms`;
}

/** A positive span of at most one hour, as milliseconds. */
export const Duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m)$/u, { error: 'expected a duration such as "250ms", "5s" or "2m"' })
  .refine((text) => parseDuration(text) !== undefined, { error: "a duration lies above zero and is at most one hour" })
  .transform((text) => parseDuration(text) ?? 0);
