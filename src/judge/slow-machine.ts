// Whether the machine itself was slow: each vantage echoes to itself beside its probes, with no target in it. What a slow machine may have caused neither refutes nor confirms.
import type { Symptom } from "../model/plan.ts";
import type { Sample } from "../model/record.ts";
import { ascending, quantile } from "../statistics/quantile-bound.ts";
import type { Facts } from "./facts.ts";
import { length, mergeSpans, overlaps, type Span } from "./spans.ts";
import { type Observed, staleBoundMs } from "./symptoms.ts";

/** A vantage says every so often how slow it was at worst. */
const windowMs = 100;
/** Of its windows, as of samples. */
const disturbedShareAllowed = 0.02;
/** Delays below this slow nothing down. */
const disturbedFloorMs = 20;

type Seen = Pick<Facts, "records" | "spans">;

interface Delay {
  /** End of its window. */
  readonly at: number;
  readonly ms: number;
}

interface Vantage {
  readonly name: string;
  readonly delays: readonly Delay[];
  /** More is unusual: twice what the worst two in a hundred windows of the baseline took. By its single worst one, one stall there would excuse every other. */
  readonly boundMs: number;
}

const inside = (span: Span, delays: readonly Delay[]): readonly Delay[] => delays.filter(({ at }) => at >= span.from && at < span.to);

function vantagesOf({ records, spans }: Seen): readonly Vantage[] {
  const rows = records.flatMap((record) =>
    record.type === "twin" ? record.rows.map(([at, lagMs, echoMs]) => ({ name: record.vantage, at, ms: Math.max(lagMs, echoMs) })) : [],
  );
  return [...new Set(rows.map(({ name }) => name))].map((name) => {
    const delays = rows.filter((row) => row.name === name);
    const usual = quantile(ascending(inside(spans.baseline, delays).map(({ ms }) => ms)), 1 - disturbedShareAllowed) ?? 0;
    return { name, delays, boundMs: Math.max(disturbedFloorMs, 2 * usual) };
  });
}

/** Where a vantage's own echo was slow, the machine was, and what looked slow is not laid at the target's door. */
export function disturbed(seen: Seen): readonly string[] {
  return vantagesOf(seen).flatMap(({ name, delays, boundMs }) => {
    const judged = inside(seen.spans.judged, delays);
    const late = judged.filter(({ ms }) => ms > boundMs).length;
    return late <= disturbedShareAllowed * judged.length
      ? []
      : [`the vantage ${name} was slow by itself in ${late} of ${judged.length} windows, so the machine may be what slowed the target`];
  });
}

/** When any vantage was slow by itself. What a stall held up may take as long again to catch up. */
export const stallsOf = (seen: Seen): readonly Span[] =>
  mergeSpans(
    vantagesOf(seen).flatMap(({ delays, boundMs }) =>
      delays.filter(({ ms }) => ms > boundMs).map(({ at, ms }) => ({ from: at - windowMs - ms, to: at + ms })),
    ),
  );

/** Without the stalls that it met it would have been good: one of 100 ms explains an answer after 120 ms, and none that took eight seconds. */
function isExplained([at, tookMs]: Sample, stalls: readonly Span[], goodUpToMs: number): boolean {
  const met = overlaps([{ from: at, to: at + Math.max(tookMs, 1) }], stalls);
  return met.length > 0 && tookMs - met.reduce((sum, span) => sum + length(span), 0) <= goodUpToMs;
}

/** What is left of an instance where the samples are taken out that the stalls explain. */
export function withoutStalls(observed: Observed, symptom: Symptom, stalls: readonly Span[]): Observed {
  const { baseline, probe, series } = observed;
  if (!baseline) return observed;
  const goodUpToMs = symptom === "stale" ? staleBoundMs(baseline, probe.slowFloorMs) : baseline.slowBoundMs;
  return { ...observed, series: { ...series, taken: series.taken.filter((row) => !isExplained(row, stalls, goodUpToMs)) } };
}
