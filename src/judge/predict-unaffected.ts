// "Unaffected" is a claim that needs proof: no symptom called, no outage too short to be called, hardly a slow sample, nearly every sample taken, no gap, and the share of bad blocks proved to lie below the tolerance.
import { isSlow, within } from "./blocks.ts";
import { coverageOf, longestGapAllowedMs } from "./coverage.ts";
import { peakOfMean } from "../statistics/e-detector.ts";
import type { Facts } from "./facts.ts";
import { type Finding, share, weight } from "./finding.ts";
import { shortOutage } from "./short-outage.ts";
import type { Span } from "./spans.ts";
import { type Observed, type Trace, tracesOf } from "./symptoms.ts";
import { proveBelow } from "../statistics/share-proof.ts";

const slowShareAllowed = 0.05;
const takenShareNeeded = 0.98;

/** `word` is what was predicted, for the sentence: "unaffected", "no symptom". */
export function judgeUnaffected(facts: Facts, instances: readonly string[], span: Span, word: string): readonly Finding[] {
  const known = instances.flatMap((instance) => facts.observed.get(instance) ?? []);
  const traces = known.map((one) => tracesOf(one, span, facts.alpha));
  // One alarm for the whole plane: the mean of e-values, so that many instances do not make many chances of a false alarm.
  const alarmed = peakOfMean(traces.flat().map(({ steps }) => steps)) >= 1 / facts.alpha;
  return known.map((one, index) => judgeOne(facts, one, traces[index] ?? [], span, word, alarmed));
}

function judgeOne(facts: Facts, observed: Observed, traces: readonly Trace[], span: Span, word: string, alarmed: boolean): Finding {
  const { probe, series, baseline } = observed;
  const instance = probe.instance;
  if (!baseline) return { instance, outcome: "inconclusive", observed: `${instance} not seen before the fault`, evidence: "" };
  const loudest = strongest(traces);
  if (alarmed && loudest?.called) {
    const bad = loudest.bad.filter(Boolean).length;
    return {
      instance,
      outcome: "refuted",
      observed: `${instance} ${loudest.symptom}, predicted ${word}`,
      evidence: `${bad} of ${loudest.bad.length} blocks, at most ${share(loudest.p0)} in the baseline, E ${weight(loudest.peak)}`,
    };
  }
  const rows = within(series.taken, span);
  const slow = rows.filter((row) => isSlow(row, baseline.slowBoundMs)).length / Math.max(1, rows.length);
  const { scheduled, taken, longestGapMs } = coverageOf(series, [span]);
  const failing = traces.find(({ symptom }) => symptom === "failing")?.bad ?? [];
  const wrong = traces.find(({ symptom }) => symptom === "wrong")?.bad ?? [];
  const proof = proveBelow(
    failing.map((bad, block) => bad || wrong[block] === true),
    probe.tolerance,
    facts.alpha,
  );
  const outage = shortOutage(traces);
  const doubts = [
    ...(loudest?.called
      ? [`${loudest.symptom} was called, but not strongly enough for ${traces.length} symptoms of all instances together`]
      : []),
    ...(outage === undefined ? [] : [outage]),
    ...(slow > slowShareAllowed ? [`${share(slow)} of the samples above ${Math.round(baseline.slowBoundMs)}ms`] : []),
    ...(taken < takenShareNeeded * scheduled ? [`only ${taken} of ${scheduled} samples taken`] : []),
    ...(longestGapMs > longestGapAllowedMs(series, baseline.blockMs) ? [`nobody looked for ${Math.round(longestGapMs)}ms`] : []),
    ...(proof.proved
      ? []
      : [
          `${proof.bad} of ${proof.blocks} blocks bad does not prove less than ${share(probe.tolerance)} (${proof.needed} good blocks in a row would)`,
        ]),
  ];
  const evidence = `${proof.bad} of ${proof.blocks} blocks bad, so less than ${share(probe.tolerance)}; ${share(slow)} slow`;
  return doubts.length === 0
    ? { instance, outcome: "confirmed", observed: word, evidence }
    : { instance, outcome: "inconclusive", observed: `${instance} undecided: ${doubts.join(", ")}`, evidence: "" };
}

/** The called symptom with the most evidence; of equals the first, so failing before slow. */
export function strongest(traces: readonly Trace[]): Trace | undefined {
  return traces.reduce<Trace | undefined>((best, one) => (one.called && (!best || one.peak > best.peak) ? one : best), undefined);
}
