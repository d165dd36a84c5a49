// Lines that exclude each other: whichever holds, the other one is refuted, so that no run could confirm the experiment.
import type { Mistake } from "../files/positions.ts";
import type { Prediction } from "../model/plan.ts";
import type { Placed } from "./placed.ts";

/** Each later line of such a pair, at its place. */
export const contradictions = (placed: readonly Placed[], faultMs: number): readonly Mistake[] =>
  placed.flatMap((one, index): readonly Mistake[] => {
    const other = placed.slice(0, index).find((earlier) => excludes(earlier.prediction, one.prediction, faultMs));
    if (other === undefined) return [];
    return [
      {
        path: one.path,
        part: "value",
        code: "contradiction",
        message: `"${other.prediction.id}" and "${one.prediction.id}" cannot both be confirmed${one.prediction.kind === "symptom" ? ": keep them apart by `before` and `after`" : ""}`,
      },
    ];
  });

function excludes(one: Prediction, other: Prediction, faultMs: number): boolean {
  if (one.kind === "symptom" && other.kind === "symptom")
    return sharesInstance(one, other) && (isCalmWhile(one, other, faultMs) || isCalmWhile(other, one, faultMs));
  if (one.kind !== "claims" || other.kind !== "claims") return false;
  // One window may be a short end of the other, which tolerates a few odd readings.
  return sharesInstance(one, other) && one.claims !== other.claims && one.during === other.during && one.withinMs === other.withinMs;
}

type WithInstances = { readonly instances: readonly string[] };
const sharesInstance = (one: WithInstances, other: WithInstances): boolean =>
  one.instances.some((instance) => other.instances.includes(instance));

type SymptomPrediction = Extract<Prediction, { kind: "symptom" }>;

/** `calm` covers all the time in which the symptom may begin. */
function isCalmWhile(calm: SymptomPrediction, shown: SymptomPrediction, faultMs: number): boolean {
  if (calm.symptom !== "none" || shown.symptom === "none") return false;
  const latestMs = Math.min(shown.withinMs ?? faultMs, shown.beforeMs ?? faultMs);
  return (calm.afterMs ?? 0) <= (shown.afterMs ?? 0) && (calm.beforeMs ?? faultMs) >= latestMs;
}
