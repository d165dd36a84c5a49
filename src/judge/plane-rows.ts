// One row per plane: what was predicted, what was seen, and on what evidence.
import { type Plane, planes } from "../model/plane.ts";
import type { Prediction } from "../model/plan.ts";
import type { PlaneRow, PredictionVerdict, ProbeFinding } from "../model/verdict.ts";
import type { Facts } from "./facts.ts";
import { mergeOutcomes } from "./merge.ts";
import { isFaultReached } from "./spans.ts";

export function planeRows(facts: Facts, verdicts: readonly PredictionVerdict[], findings: readonly ProbeFinding[]): readonly PlaneRow[] {
  return planes.flatMap((plane) => {
    const predictions = facts.plan.predictions.flatMap((prediction, index) =>
      "plane" in prediction && prediction.plane === plane ? [{ prediction, verdict: verdicts[index] }] : [],
    );
    const outcomes = predictions.flatMap(({ verdict }) => (verdict ? [verdict.outcome] : []));
    if (predictions.length === 0 && !facts.plan.probes.some((probe) => probe.plane === plane)) return [];
    const outcome = outcomes.length === 0 ? "not predicted" : mergeOutcomes(outcomes);
    const speaking = predictions.flatMap(({ verdict }) => (verdict && verdict.outcome === outcome ? [verdict] : []));
    return [
      {
        plane,
        predicted: predictions.map(({ prediction }) => shortly(prediction)).join(", ") || "nothing",
        observed: isFaultReached(facts.records) ? observedOn(plane, findings) : "not seen",
        evidence: speaking
          .map(({ outcome: one, observed, evidence }) => (one === "confirmed" ? evidence : observed))
          .filter((text) => text !== "")
          .join("; "),
        outcome,
      },
    ];
  });
}

function shortly(prediction: Prediction): string {
  if (prediction.kind === "unaffected") return "unaffected";
  if (prediction.kind === "only") return "nothing else";
  return prediction.id;
}

/** "put-flag slow (44x), flag-propagation slow and stale (40x)": replicas with the same symptoms are named once. */
function observedOn(plane: Plane, findings: readonly ProbeFinding[]): string {
  const seen = findings.filter((finding) => finding.plane === plane && finding.baseline.samples > 0 && finding.fault.samples > 0);
  if (seen.length === 0) return "not seen";
  const names = [...new Set(findings.filter((finding) => finding.plane === plane).map(({ instance }) => nameOf(instance)))];
  const texts = names.flatMap((name) => {
    const own = findings.filter(({ instance }) => nameOf(instance) === name);
    const symptoms = [...new Set(own.flatMap((finding) => finding.symptoms.map(({ symptom }) => symptom)))];
    const factor = Math.min(...own.flatMap(({ slowdown }) => slowdown ?? []));
    const times =
      symptoms.includes("slow") && Number.isFinite(factor) && factor >= 1.5
        ? ` (${factor >= 10 ? Math.round(factor) : factor.toFixed(1)}x)`
        : "";
    return symptoms.length === 0 ? [] : [`${name} ${symptoms.join(" and ")}${times}`];
  });
  return texts.join(", ") || "no symptom";
}

const nameOf = (instance: string): string => instance.split("@")[0] ?? instance;
