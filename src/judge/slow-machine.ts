// Whether the machine itself was slow: each vantage echoes to itself beside its probes, with no target in it.
import type { Facts } from "./facts.ts";
import type { Span } from "./spans.ts";
import { ascending, quantile } from "../statistics/quantile-bound.ts";

/** Of its windows of 100 ms, as of samples. */
const disturbedShareAllowed = 0.02;
/** Delays below this slow nothing down. */
const disturbedFloorMs = 20;

/** Where a vantage's own echo was slow, the machine was, and what looked slow is not laid at the target's door. */
export function disturbed({ records, spans }: Pick<Facts, "records" | "spans">): readonly string[] {
  const rows = records.flatMap((record) =>
    record.type === "twin" ? record.rows.map(([at, lagMs, echoMs]) => ({ vantage: record.vantage, at, ms: Math.max(lagMs, echoMs) })) : [],
  );
  return [...new Set(rows.map(({ vantage }) => vantage))].flatMap((vantage) => {
    const own = (span: Span) =>
      rows.filter((row) => row.vantage === vantage && row.at >= span.from && row.at < span.to).map(({ ms }) => ms);
    // What the worst two in a hundred windows of the baseline took: by its single worst one, one stall there would excuse every other.
    const boundMs = Math.max(disturbedFloorMs, 2 * (quantile(ascending(own(spans.baseline)), 1 - disturbedShareAllowed) ?? 0));
    const judged = own(spans.judged);
    const late = judged.filter((ms) => ms > boundMs).length;
    return late <= disturbedShareAllowed * judged.length
      ? []
      : [`the vantage ${vantage} was slow by itself in ${late} of ${judged.length} windows, so the machine may be what slowed the target`];
  });
}
