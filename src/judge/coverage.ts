// How much of what was scheduled was really looked at. A prober that looked away must not be read as calm.
import { type Series, within } from "./blocks.ts";
import { type Span, length } from "./spans.ts";

export interface Coverage {
  readonly scheduled: number;
  readonly taken: number;
  readonly longestGapMs: number;
}

/** Samples that are still under way when probing stops leave no row, so the end of `whole` may lack one deadline. `parts` are the spans that count (default: `whole`). */
export function coverageOf(series: Series, whole: Span, parts: readonly Span[] = [whole]): Coverage {
  const last = Math.max(series.taken.at(-1)?.[0] ?? whole.from, series.missed.at(-1)?.[0] ?? whole.from) + series.everyMs;
  const end = Math.min(whole.to, Math.max(last, whole.to - series.deadlineMs));
  let scheduled = 0;
  let taken = 0;
  let longestGapMs = 0;
  for (const part of parts) {
    const span = { from: part.from, to: Math.min(part.to, end) };
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
