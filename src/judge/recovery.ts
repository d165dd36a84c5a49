// "Fault removed" and "plane recovered" are two instants. Recovered means: from some moment in time no symptom could be called any more, though there were enough blocks to call one.
import type { Prediction } from "../model/plan.ts";
import { blocksToCall } from "../statistics/change-detector.ts";
import type { Facts } from "./facts.ts";
import { type Finding, seconds } from "./finding.ts";
import { strongest } from "./predict-unaffected.ts";
import { peakOfMean } from "../statistics/e-detector.ts";
import { shortOutage } from "./short-outage.ts";
import { type Observed, type Trace, tracesOf } from "./symptoms.ts";

export function judgeRecovery(facts: Facts, predicted: Extract<Prediction, { kind: "recovery" }>): readonly Finding[] {
  const { recovery } = facts.spans;
  const known = predicted.instances.flatMap((instance) => {
    const observed = facts.observed.get(instance);
    const impaired = facts.traces.get(instance)?.some(({ called }) => called) ?? false;
    return observed ? [{ observed, impaired }] : [];
  });
  const span = { from: recovery.from + predicted.withinMs, to: recovery.to };
  const late = new Map(
    known.flatMap(({ observed, impaired }) => (impaired ? [[observed, tracesOf(observed, span, facts.alpha)] as const] : [])),
  );
  // One alarm for all that was impaired, as for a plane that is unaffected.
  const alarmed = peakOfMean([...late.values()].flat().map(({ steps }) => steps)) >= 1 / facts.alpha;
  return known.map(({ observed }) => {
    const traces = late.get(observed);
    const { instance } = observed.probe;
    if (traces) return judgeOne(facts, observed, predicted.withinMs, traces, alarmed);
    // Whether it was really calm is for an `unaffected` prediction to prove; what showed no symptom has nothing to recover from, unless it fails where all should be well, too shortly for a call.
    const outage = shortOutage(tracesOf(observed, span, facts.alpha));
    return outage === undefined
      ? { instance, outcome: "confirmed" as const, observed: `${instance} was never impaired`, evidence: "" }
      : { instance, outcome: "inconclusive" as const, observed: `${instance} undecided: ${outage}`, evidence: "" };
  });
}

function judgeOne(facts: Facts, observed: Observed, withinMs: number, lateTraces: readonly Trace[], alarmed: boolean): Finding {
  const { recovery } = facts.spans;
  const instance = observed.probe.instance;
  const due = recovery.from + withinMs;
  const late = strongest(lateTraces);
  const ended = lastEnd(facts, observed, due);
  const after = `${seconds(ended - recovery.from)} after the undo`;
  if (alarmed && late?.called)
    return {
      instance,
      outcome: "refuted",
      observed: `${instance} still ${late.symptom}, predicted recovery within ${seconds(withinMs)}`,
      evidence: `until ${after}`,
    };
  const calm = tracesOf(observed, { from: Math.min(due, ended), to: recovery.to }, facts.alpha);
  const needed = Math.max(...calm.map(({ before }) => blocksToCall(before, facts.alpha)), 1);
  const blocks = calm[0]?.bad.length ?? 0;
  const relapse = strongest(calm);
  const doubt = late?.called
    ? `${late.symptom} was called, but not strongly enough for all that was impaired together`
    : relapse?.called
      ? `${relapse.symptom} came back`
      : shortOutage(lateTraces);
  if (doubt !== undefined || ended > due || blocks < needed) {
    const few = Number.isFinite(needed)
      ? `${blocks} blocks after it, ${needed} are needed`
      : "a baseline that is always bad can show no recovery";
    return { instance, outcome: "inconclusive", observed: `${instance} undecided: ${doubt ?? few}`, evidence: `impaired until ${after}` };
  }
  return {
    instance,
    outcome: "confirmed",
    observed: `${instance} recovered`,
    evidence: ended > recovery.from ? after : "no symptom since the undo",
  };
}

const mostRelapses = 20;

/** Where the last symptom ended. Each trace names its loudest stretch only, so what follows it is looked at again, until it is calm or due. */
function lastEnd(facts: Facts, observed: Observed, due: number): number {
  const { judged, recovery } = facts.spans;
  let ended = recovery.from;
  let from = judged.from;
  for (let relapse = 0; relapse < mostRelapses && from < Math.min(due, recovery.to); relapse++) {
    const ends = tracesOf(observed, { from, to: recovery.to }, facts.alpha).flatMap(({ called }) => (called ? [called.window.to] : []));
    if (ends.length === 0) break;
    from = Math.max(...ends);
    ended = Math.max(ended, from);
  }
  return ended;
}
