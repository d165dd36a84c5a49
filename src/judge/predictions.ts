// One verdict per predicted line. Exists as the one place that knows all kinds of prediction.
import type { Plan, Prediction } from "../model/plan.ts";
import type { Diagnosis, PredictionVerdict } from "../model/verdict.ts";
import type { Facts } from "./facts.ts";
import { type Finding, mergeFindings } from "./finding.ts";
import { judgeClaims } from "./predict-claims.ts";
import { judgeDiagnosis } from "./predict-diagnosis.ts";
import { judgeSymptom } from "./predict-symptom.ts";
import { judgeUnaffected } from "./predict-unaffected.ts";
import { judgeThresholds } from "./load.ts";
import { judgeRecovery } from "./recovery.ts";

/** The line of each prediction; a load's script has one for each of its thresholds. */
export function judgeLines(facts: Facts, prediction: Prediction, diagnosis: Diagnosis): readonly PredictionVerdict[] {
  if (prediction.kind !== "thresholds") return [judgePrediction(facts, prediction, diagnosis)];
  return judgeThresholds(facts, prediction).map(({ instance, outcome, observed, evidence }) => ({
    id: instance,
    sentence: `${instance} holds`,
    plane: undefined,
    outcome,
    observed,
    evidence,
  }));
}

export function judgePrediction(facts: Facts, prediction: Prediction, diagnosis: Diagnosis): PredictionVerdict {
  const plane = "plane" in prediction ? prediction.plane : undefined;
  const merged = mergeFindings(findingsOf(facts, prediction, diagnosis));
  return { id: prediction.id, sentence: prediction.sentence, plane, ...merged };
}

function findingsOf(facts: Facts, prediction: Prediction, diagnosis: Diagnosis): readonly Finding[] {
  switch (prediction.kind) {
    case "unaffected":
      return judgeUnaffected(facts, prediction.instances, facts.spans.judged, "unaffected");
    case "symptom":
      return judgeSymptom(facts, prediction);
    case "only":
      return judgeOnly(facts, prediction);
    case "claims":
      return judgeClaims(facts, prediction);
    case "recovery":
      return judgeRecovery(facts, prediction);
    case "thresholds":
      return judgeThresholds(facts, prediction);
    case "diagnosis":
      return [judgeDiagnosis(prediction, diagnosis)];
  }
}

export const othersOf = ({ probes }: Plan, { plane, instances }: Extract<Prediction, { kind: "only" }>): readonly string[] =>
  probes.filter((probe) => probe.plane === plane && !instances.includes(probe.instance)).map(({ instance }) => instance);

/** The other instances of the plane must be free of symptoms while the fault lasts, with proof. Where there are none nothing was looked at, which is no success. */
function judgeOnly(facts: Facts, predicted: Extract<Prediction, { kind: "only" }>): readonly Finding[] {
  const others = othersOf(facts.plan, predicted);
  return judgeUnaffected(facts, others, facts.spans.fault, "no symptom");
}
