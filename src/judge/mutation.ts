// Whether each prediction of a confirmed run could have failed: bent predictions are judged from the same journal, and the predictions as they are from journals of another world.
import type { Plan, Prediction } from "../model/plan.ts";
import type { JournalRecord } from "../model/record.ts";
import type { MutantVerdict, PredictionMutation, PredictionVerdict } from "../model/verdict.ts";
import { judge, planOf } from "./judge.ts";
import { mutantsOf } from "./mutants.ts";

type Records = readonly JournalRecord[];

/** `calm`: the journal of a run of the same plan with its fault at strength 0. */
export function mutate(records: Records, calm: Records): readonly PredictionMutation[] {
  const plan = planOf(records);
  if (!plan) return [];
  const predicted = judge(records).predictions;
  const zero = judge(withPredictions(calm, plan.predictions)).predictions;
  const backMs = plan.phases.faultMs;
  const later = judge(datedBack(records, backMs)).predictions;
  const bent = mutantsOf(plan).map(({ index, change, prediction }) => ({
    index,
    mutant: asMutant(change, judge(withPredictions(records, plan.predictions.with(index, prediction))).predictions[index]),
  }));
  return plan.predictions.map(({ id, kind }, index) => {
    const mutants = [
      ...bent.filter((one) => one.index === index).map(({ mutant }) => mutant),
      asMutant("fault at strength 0", zero[index]),
      ...(kind === "recovery" ? [asMutant(`recovered ${backMs / 1_000} s later`, later[index])] : []),
    ];
    return {
      id,
      outcome: predicted[index]?.outcome ?? "inconclusive",
      mutants,
      canFail: mutants.some(({ outcome }) => outcome !== "confirmed"),
    };
  });
}

const asMutant = (change: string, verdict: PredictionVerdict | undefined): MutantVerdict => ({
  change,
  outcome: verdict?.outcome ?? "inconclusive",
  observed: verdict?.observed ?? "",
});

const withPredictions = (records: Records, predictions: readonly Prediction[]): Records =>
  records.map((record) => (record.type === "run" ? { ...record, plan: { ...record.plan, predictions } satisfies Plan } : record));

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
