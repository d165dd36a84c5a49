// When an outage began and ended, as intervals one probe period wide. The meter measures and decides nothing: verdicts are slower than it, on purpose.
import type { ProbeFinding } from "../model/verdict.ts";
import { isBad, within } from "./blocks.ts";
import type { Span } from "./spans.ts";
import type { Observed, Trace } from "./symptoms.ts";

/** In the called window, or else the longest run of at least two bad samples. A packet that was queued for 500 ms was an outage, so late and slow ones count too. */
export function outageOf(observed: Observed, span: Span, traces: readonly Trace[]): ProbeFinding["outage"] {
  const { baseline, series } = observed;
  if (!baseline) return undefined;
  const rows = within(series.taken, span);
  const bad = rows.map((row) => isBad(row, baseline.slowBoundMs));
  const windows = traces.flatMap(({ called }) => (called ? [called.window] : []));
  const range =
    windows.length > 0
      ? inWindow(
          rows.map(([at]) => at),
          bad,
          hull(windows),
        )
      : longestRun(bad);
  if (!range) return undefined;
  const at = (index: number) => rows[index]?.[0];
  const first = at(range.first) ?? span.from;
  const last = at(range.last) ?? span.to;
  const next = at(range.last + 1);
  return {
    onset: [at(range.first - 1) ?? first - series.everyMs, first],
    end: next === undefined ? undefined : [last, next],
    badSamples: bad.slice(range.first, range.last + 1).filter(Boolean).length,
  };
}

interface Range {
  readonly first: number;
  readonly last: number;
}

const hull = (windows: readonly Span[]): Span => ({
  from: Math.min(...windows.map(({ from }) => from)),
  to: Math.max(...windows.map(({ to }) => to)),
});

function inWindow(times: readonly number[], bad: readonly boolean[], window: Span): Range | undefined {
  const inside = (isBadRow: boolean, index: number) => isBadRow && (times[index] ?? 0) >= window.from && (times[index] ?? 0) < window.to;
  const first = bad.findIndex(inside);
  return first < 0 ? undefined : { first, last: bad.findLastIndex(inside) };
}

function longestRun(bad: readonly boolean[]): Range | undefined {
  let best: Range | undefined;
  let first = 0;
  for (const [index, isBadRow] of bad.entries()) {
    if (!isBadRow) first = index + 1;
    else if (index > first && index - first > (best ? best.last - best.first : 0)) best = { first, last: index };
  }
  return best;
}
