// How much of what was scheduled was really looked at. A prober that looked away must not be read as calm.
import { type Series, within } from "./blocks.ts";
import { type Span, length } from "./spans.ts";

export interface Coverage {
  readonly scheduled: number;
  readonly taken: number;
  readonly longestGapMs: number;
}

/** Probing goes on beyond the last span until every sample has its answer or its deadline, so each that was scheduled has its row. */
export function coverageOf(series: Series, spans: readonly Span[]): Coverage {
  let scheduled = 0;
  let taken = 0;
  let longestGapMs = 0;
  for (const span of spans) {
    const rows = within(series.taken, span);
    const said = rows.length + within(series.missed, span).length;
    scheduled += Math.max(said, Math.floor(length(span) / series.everyMs));
    taken += rows.length;
    let previous = span.from - series.everyMs;
    for (const [at] of rows) {
      longestGapMs = Math.max(longestGapMs, at - previous);
      previous = at;
    }
    longestGapMs = Math.max(longestGapMs, span.to - previous);
  }
  return { scheduled, taken, longestGapMs };
}

/** So many blocks of total outage are the least that can be called: a shorter gap hides no symptom that could have been called. */
const fewestBlocksCalled = 3;

/** "A symptom of two periods would have been seen"; for fast probes the shortest outage that could be called. */
export const longestGapAllowedMs = (series: Series, blockMs: number): number =>
  Math.max(2 * series.everyMs, fewestBlocksCalled * blockMs) * 1.01;
