// Whether each prediction of a confirmed run could have failed: bent predictions are judged from the same journal, and the predictions as they are from journals of another world.
import type { Prediction } from "../model/plan.ts";
import type { JournalRecord } from "../model/record.ts";
import type { MutantVerdict, PredictionMutation, PredictionVerdict } from "../model/verdict.ts";
import { diagnose } from "./diagnosis.ts";
import { type Facts, factsOf } from "./facts.ts";
import { planOf } from "./judge.ts";
import { mutantsOf } from "./mutants.ts";
import { judgePrediction } from "./predictions.ts";

type Records = readonly JournalRecord[];

/** `calm`: the journal of a run of the same plan with its fault at strength 0, where there is one. */
export function mutate(records: Records, calm: Records | undefined): readonly PredictionMutation[] {
  const plan = planOf(records);
  const calmPlan = calm && planOf(calm);
  if (!plan) return [];
  const { predictions } = plan;
  const backMs = plan.phases.faultMs;
  const predicted = judged(factsOf(plan, records));
  const zero = calm && calmPlan && judged(factsOf(calmPlan, calm));
  const later = judged(factsOf(plan, datedBack(records, backMs)));
  const bent = mutantsOf(plan);
  return predictions.map(({ id, kind }, index) => {
    const mutants = [
      ...bent
        .filter((mutant) => mutant.index === index)
        .map(({ change, prediction }) => asMutant(change, predicted(predictions.with(index, prediction), index))),
      ...(zero ? [asMutant("fault at strength 0", zero(predictions, index))] : []),
      ...(kind === "recovery" ? [asMutant(`recovered ${backMs / 1_000} s later`, later(predictions, index))] : []),
    ];
    return {
      id,
      outcome: predicted(predictions, index).outcome,
      mutants,
      canFail: mutants.some(({ outcome }) => outcome !== "confirmed"),
    };
  });
}

/** A journal is read and diagnosed once, however many predictions are then held against it. */
function judged(facts: Facts): (predictions: readonly Prediction[], index: number) => Judged {
  const diagnosis = diagnose(facts);
  return (predictions, index) => {
    const prediction = predictions[index];
    if (!prediction) return { outcome: "inconclusive", observed: "" };
    return judgePrediction({ ...facts, plan: { ...facts.plan, predictions } }, prediction, diagnosis);
  };
}

type Judged = Pick<PredictionVerdict, "outcome" | "observed">;

const asMutant = (change: string, { outcome, observed }: Judged): MutantVerdict => ({ change, outcome, observed });

/** The undo is said to have been so much earlier: what the fault did then went on for so long after it. */
const datedBack = (records: Records, backMs: number): Records =>
  records.map((record) => {
    if (record.type === "undone")
      return { ...record, at: record.at - backMs, ...(record.doneAt === undefined ? {} : { doneAt: record.doneAt - backMs }) };
    const isUndo =
      record.type === "phase" &&
      (record.phase === "undo" ||
        (record.phase === "hold" && record.edge === "end") ||
        (record.phase === "recover" && record.edge === "begin"));
    return isUndo ? { ...record, at: record.at - backMs } : record;
  });
