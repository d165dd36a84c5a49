// A predicted symptom: called in its window and in time, at least as strong as said, and no other symptom beside it. Absence must be proved too: only then is it refuted.
import type { Outage } from "../model/outage.ts";
import type { Prediction, Symptom } from "../model/plan.ts";
import { blocksOf } from "./blocks.ts";
import { peakOfMean } from "../statistics/e-detector.ts";
import type { Facts } from "./facts.ts";
import { type Finding, seconds, weight } from "./finding.ts";
import { judgeOutage } from "./predict-outage.ts";
import { judgeUnaffected, strongest } from "./predict-unaffected.ts";
import { ascending, lowerQuantile, median, upperQuantile } from "../statistics/quantile-bound.ts";
import { stallsOf, withoutStalls } from "./slow-machine.ts";
import type { Span, Spans } from "./spans.ts";
import { type Observed, refusalOf, type Trace, tracesOf } from "./symptoms.ts";
import { proveBelow } from "../statistics/share-proof.ts";

type Predicted = Extract<Prediction, { kind: "symptom" }>;

/** What a predicted symptom brings with it by its definition: a late sample is slow and, where numbered, stale. */
const implied: Readonly<Record<Exclude<Predicted["symptom"], "none">, readonly Symptom[]>> = {
  failing: ["failing", "slow", "stale"],
  slow: ["slow", "stale"],
  stale: ["stale", "slow", "failing"],
  wrong: ["wrong"],
  impaired: ["failing", "slow", "stale", "wrong"],
};

export const windowOf = ({ fault }: Spans, { afterMs = 0, beforeMs = Number.POSITIVE_INFINITY }: Predicted): Span => ({
  from: fault.from + afterMs,
  to: Math.min(fault.to, fault.from + beforeMs),
});

export function judgeSymptom(facts: Facts, predicted: Predicted): readonly Finding[] {
  const window = windowOf(facts.spans, predicted);
  if (predicted.symptom === "none") return judgeUnaffected(facts, predicted.instances, window, "no symptom");
  return predicted.instances.flatMap((instance) => {
    const observed = facts.observed.get(instance);
    return observed ? [judgeOne(facts, predicted, observed, window)] : [];
  });
}

const describe = (predicted: Predicted): string =>
  `${predicted.symptom}${predicted.atLeast === undefined ? "" : ` at least ${predicted.atLeast}x`}`;

function judgeOne(facts: Facts, predicted: Predicted, observed: Observed, window: Span): Finding {
  const instance = observed.probe.instance;
  const finding = (outcome: Finding["outcome"], text: string, evidence = ""): Finding => ({ instance, outcome, observed: text, evidence });
  const traces = tracesOf(observed, window, facts.alpha);
  if (traces.length === 0) return finding("inconclusive", `${instance} not seen before the fault`);
  const surprise = unexpected(facts, observed);
  if (surprise?.called)
    return finding("refuted", `${instance} ${surprise.symptom}, predicted ${describe(predicted)}`, `E ${weight(surprise.peak)}`);
  const shown = predicted.symptom === "impaired" ? strongest(traces) : traces.find(({ symptom }) => symptom === predicted.symptom);
  if (!shown?.called) return absent(facts, predicted, observed, traces, window);
  // Impaired is any of them, so it began with whichever came first.
  const onsets = (predicted.symptom === "impaired" ? traces : [shown]).flatMap(({ called }) => called?.onsetMs ?? []);
  const onsetMs = Math.min(...onsets) - facts.spans.fault.from;
  const strength = shown.symptom === "slow" ? slowdownOf(facts, observed, dueSpan(facts, predicted, window)) : undefined;
  const times = strength ? `, ${strength.text}` : "";
  const evidence = `began ${seconds(Math.max(0, onsetMs))} after the fault, sure after ${seconds(shown.called.atMs - facts.spans.fault.from)}, E ${weight(shown.peak)}`;
  if (predicted.withinMs !== undefined && onsetMs > predicted.withinMs) {
    return finding(
      "refuted",
      `${instance} ${shown.symptom} only after ${seconds(onsetMs)}, predicted within ${seconds(predicted.withinMs)}`,
      evidence,
    );
  }
  if (predicted.atLeast !== undefined && !(strength && strength.lower >= predicted.atLeast)) {
    return strength && strength.upper < predicted.atLeast
      ? finding("refuted", `${instance} slow ${strength.text}, predicted ${describe(predicted)}`, evidence)
      : finding("inconclusive", `${instance} undecided: slow${times}, not proved to be ${describe(predicted)}`, evidence);
  }
  if (isMachineMade(facts, predicted, observed, shown.symptom, window)) {
    const why = "without what the machine's own stalls explain it could not be called";
    return finding("inconclusive", `${instance} undecided: ${shown.symptom}${times}, and ${why}`, evidence);
  }
  if (predicted.outage === undefined) return finding("confirmed", `${instance} ${shown.symptom}${times}`, evidence);
  const measured = outageFrom(facts, observed, predicted.outage, shown, window.from);
  return finding(
    measured.outcome,
    `${instance} ${measured.outcome === "inconclusive" ? "undecided: " : ""}${shown.symptom}${times} ${measured.text}`,
    evidence,
  );
}

/** From the moment for which the symptom was predicted. */
const dueSpan = ({ spans }: Facts, { withinMs = 0 }: Predicted, window: Span): Span => ({
  from: Math.max(window.from, spans.fault.from + withinMs),
  to: window.to,
});

/** A symptom is believed where it shows as strongly in what the machine's stalls cannot have caused: two stalls of 100 ms are no reason for twenty seconds of failures. A wrong answer comes from no stall. */
function isMachineMade(facts: Facts, predicted: Predicted, observed: Observed, symptom: Symptom, window: Span): boolean {
  const stalls = symptom === "wrong" ? [] : stallsOf(facts);
  if (stalls.length === 0) return false;
  const rest = withoutStalls(observed, symptom, stalls);
  if (!tracesOf(rest, window, facts.alpha).some((trace) => trace.symptom === symptom && trace.called)) return true;
  const strength = predicted.atLeast === undefined ? undefined : slowdownOf(facts, rest, dueSpan(facts, predicted, window));
  return predicted.atLeast !== undefined && !(strength && strength.lower >= predicted.atLeast);
}

/** An outage ends when it ends, be it after the window in which it was called. */
function outageFrom(
  facts: Facts,
  observed: Observed,
  predicted: Outage,
  { symptom }: Trace,
  fromMs: number,
): ReturnType<typeof judgeOutage> {
  const span = { from: fromMs, to: facts.spans.judged.to };
  const whole = tracesOf(observed, span, facts.alpha).find((trace) => trace.symptom === symptom && trace.called);
  return whole ? judgeOutage(predicted, observed, whole, span) : { outcome: "inconclusive", text: "for a time that could not be measured" };
}

/**
 * A symptom that no line for this instance lists, at any time from the fault on: the lines together say all that it shows. The mean of e-values keeps the chance of a
 * false alarm at alpha however many symptoms there are. What is stale may be late, but whoever refuses a write is failing.
 */
function unexpected(facts: Facts, observed: Observed): Trace | undefined {
  const { instance } = observed.probe;
  const lines = facts.plan.predictions.flatMap((one) =>
    one.kind === "symptom" && one.symptom !== "none" && one.instances.includes(instance) ? [one.symptom] : [],
  );
  const listed = new Set(lines.flatMap((symptom) => implied[symptom]));
  const mayRefuse = lines.some((symptom) => symptom === "failing" || symptom === "impaired");
  const others = [
    ...(facts.traces.get(instance) ?? []).filter(({ symptom }) => !listed.has(symptom)),
    ...(mayRefuse || !listed.has("failing") ? [] : [refusalOf(observed, facts.spans.judged, facts.alpha) ?? []].flat()),
  ];
  return peakOfMean(others.map(({ steps }) => steps)) >= 1 / facts.alpha ? strongest(others) : undefined;
}

/** Not called: refuted where the blocks, from the moment it was predicted for, prove that it stayed below the tolerance. */
function absent(facts: Facts, predicted: Predicted, observed: Observed, traces: readonly Trace[], window: Span): Finding {
  const instance = observed.probe.instance;
  const due = dueSpan(facts, predicted, window);
  // A change that comes a hair later than ever before is no old answer: staleness is absent where nothing is slow or failing.
  const absentees = predicted.symptom === "stale" ? ["slow", "failing"] : [predicted.symptom];
  const later = tracesOf(observed, due, facts.alpha).filter(
    ({ symptom }) => predicted.symptom === "impaired" || absentees.includes(symptom),
  );
  const bad = (later[0]?.bad ?? []).map((_, block) => later.some((trace) => trace.bad[block] === true));
  const proof = proveBelow(bad, observed.probe.tolerance, facts.alpha);
  const evidence = `${proof.bad} of ${proof.blocks} blocks`;
  const other = strongest(traces);
  const seen = other?.called ? other.symptom : "nothing seen";
  if (later.length > 0 && proof.proved)
    return { instance, outcome: "refuted", observed: `${instance} ${seen}, predicted ${describe(predicted)}`, evidence };
  return {
    instance,
    outcome: "inconclusive",
    observed: `${instance} undecided: ${predicted.symptom} in ${evidence} is neither proof nor refutation`,
    evidence,
  };
}

interface Strength {
  readonly lower: number;
  readonly upper: number;
  readonly text: string;
}

/** Median of the blocks' medians over the upper bound of the baseline's median, with its bounds. Late samples count as their deadline, so the bounds hold from below. */
function slowdownOf(facts: Facts, { baseline, series }: Observed, span: Span): Strength | undefined {
  if (!baseline?.medianBoundMs) return undefined;
  const times = ascending(blocksOf(series, span, baseline.blockMs, baseline.slowBoundMs).map(({ medianMs }) => medianMs));
  const middle = median(times);
  if (middle === undefined) return undefined;
  const factor = (ms: number) => ms / (baseline.medianBoundMs ?? 1);
  // A late sample says "at least its deadline", so nothing above it is known.
  const upper = upperQuantile(times, 0.5, facts.alpha) ?? Number.POSITIVE_INFINITY;
  return {
    lower: factor(lowerQuantile(times, 0.5, facts.alpha) ?? 0),
    upper: upper >= series.deadlineMs ? Number.POSITIVE_INFINITY : factor(upper),
    text: `${factor(middle) >= 10 ? Math.round(factor(middle)) : factor(middle).toFixed(1)}x`,
  };
}
