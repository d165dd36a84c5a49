// How long an outage was predicted to last.
import { formatDuration } from "./duration.ts";

export interface Outage {
  readonly atLeastMs: number;
  /** Undefined: as long as it likes. */
  readonly atMostMs: number | undefined;
}

export function outageWords({ atLeastMs, atMostMs }: Outage): string {
  if (atMostMs === undefined) return `at least ${formatDuration(atLeastMs)}`;
  return atLeastMs === 0 ? `at most ${formatDuration(atMostMs)}` : `${formatDuration(atLeastMs)} to ${formatDuration(atMostMs)}`;
}
