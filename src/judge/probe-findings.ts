// What each instance showed, in numbers, whatever was predicted for it.
import type { Sample } from "../model/record.ts";
import type { ProbeFinding, SpanStats } from "../model/verdict.ts";
import { isFailing, isWrong, within } from "./blocks.ts";
import { coverageOf } from "./coverage.ts";
import type { Facts } from "./facts.ts";
import { outagesOf } from "./outage-meter.ts";
import { ascending, median, quantile } from "../statistics/quantile-bound.ts";
import type { Span } from "./spans.ts";
import type { Observed } from "./symptoms.ts";

/** What a failed sample would have taken nobody knows, so times are those of the others; a late one counts with its deadline. */
const timesOf = (rows: readonly Sample[]): readonly number[] =>
  ascending(rows.filter(([, , outcome]) => outcome !== "failed").map(([, tookMs]) => tookMs));

function statsOf({ series }: Observed, span: Span): SpanStats {
  const rows = within(series.taken, span);
  const times = timesOf(rows);
  const { scheduled, taken } = coverageOf(series, [span]);
  return {
    samples: rows.length,
    missed: Math.max(0, scheduled - taken),
    bad: rows.filter((row) => isFailing(row) || isWrong(row)).length,
    medianMs: median(times),
    p99Ms: quantile(times, 0.99),
  };
}

export function probeFindings(facts: Facts): readonly ProbeFinding[] {
  const { baseline, fault, recovery, judged } = facts.spans;
  return [...facts.observed.values()].map((observed) => {
    const traces = facts.traces.get(observed.probe.instance) ?? [];
    const during = statsOf(observed, fault);
    const bound = observed.baseline?.medianBoundMs;
    return {
      instance: observed.probe.instance,
      plane: observed.probe.plane,
      symptoms: traces.flatMap(({ symptom, called }) =>
        called ? [{ symptom, calledAt: called.atMs, windowsMs: called.stretches.map(({ from, to }) => [from, to] as const) }] : [],
      ),
      outages: outagesOf(observed, judged, traces),
      baseline: statsOf(observed, baseline),
      fault: during,
      recovery: statsOf(observed, recovery),
      slowdown: bound === undefined || during.medianMs === undefined || bound === 0 ? undefined : during.medianMs / bound,
    };
  });
}
