// When an outage began and ended, as intervals one probe period wide. The meter measures and decides nothing: verdicts are slower than it, on purpose.
import type { ProbeFinding } from "../model/verdict.ts";
import { isBad, within } from "./blocks.ts";
import { longestRun, type Run } from "./longest-run.ts";
import { mergeSpans, type Span } from "./spans.ts";
import type { Observed, Trace } from "./symptoms.ts";

/** In each stretch that was called, or else the longest run of at least two bad samples. A packet that was queued for 500 ms was an outage, so late and slow ones count too. */
export function outagesOf(observed: Observed, span: Span, traces: readonly Trace[]): ProbeFinding["outages"] {
  const { baseline, series } = observed;
  if (!baseline) return [];
  const rows = within(series.taken, span);
  const bad = rows.map((row) => isBad(row, baseline.slowBoundMs));
  const times = rows.map(([at]) => at);
  const stretches = mergeSpans(traces.flatMap(({ called }) => called?.stretches ?? []));
  const ranges = stretches.length > 0 ? stretches.map((stretch) => inWindow(times, bad, stretch)) : [longestRun(bad)];
  return ranges.flatMap((range) => {
    if (!range) return [];
    const first = times[range.first] ?? span.from;
    const last = times[range.last] ?? span.to;
    const next = times[range.last + 1];
    return [
      {
        onset: [times[range.first - 1] ?? first - series.everyMs, first],
        end: next === undefined ? undefined : [last, next],
        badSamples: bad.slice(range.first, range.last + 1).filter(Boolean).length,
      } as const,
    ];
  });
}

function inWindow(times: readonly number[], bad: readonly boolean[], window: Span): Run | undefined {
  const inside = (isBadRow: boolean, index: number) => isBadRow && (times[index] ?? 0) >= window.from && (times[index] ?? 0) < window.to;
  const first = bad.findIndex(inside);
  return first < 0 ? undefined : { first, last: bad.findLastIndex(inside) };
}
