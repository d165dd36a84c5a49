// Durations as people write them ("250ms", "5s", "2m") and as the code counts them (milliseconds).
import * as z from "zod";

/** Of what the schema's pattern lets through; to the microsecond, since 256.02 * 1000 is a little less than 256020. */
function millisecondsOf(text: string): number {
  const factor = text.endsWith("ms") ? 1 : text.endsWith("s") ? 1_000 : 60_000;
  return Number((Number.parseFloat(text) * factor).toFixed(3));
}

const isInRange = (text: string): boolean => millisecondsOf(text) > 0 && millisecondsOf(text) <= 3_600_000;

/** 1500 -> "1.5s". */
export function formatDuration(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  if (ms >= 1_000) return `${Number((ms / 1_000).toFixed(2))}s`;
  return `${Number(ms.toFixed(1))}ms`;
}

const expected = 'expected a duration in ms, s or m, such as "250ms", "5s" or "2m"';
/** A positive span of at most one hour, as milliseconds. */
export const Duration = z
  .string({ error: (issue) => (issue.input === undefined ? undefined : expected) })
  .regex(/^\d+(\.\d+)?(ms|s|m)$/u, { error: expected, abort: true })
  .refine(isInRange, { error: "a duration lies above zero and is at most 60m" })
  .transform(millisecondsOf);

/** The same for words that are in no file. */
export function parseDuration(text: string): number | undefined {
  const parsed = Duration.safeParse(text);
  return parsed.success ? parsed.data : undefined;
}

/** Of one question: what answers later than this may as well not answer, and each run waits so long for its last samples. */
export const longestDeadlineMs = 60_000;

export const Deadline = Duration.refine((ms) => ms <= longestDeadlineMs, { error: "a deadline is at most 1m" });
