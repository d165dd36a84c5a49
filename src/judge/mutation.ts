// Whether each prediction of a confirmed run could have failed: bent predictions are judged from the same journal, and the predictions as they are from journals of other worlds: the fault
// at strength 0 (symptoms must be gone), a failure planted where calm was predicted (it must be noticed), a later recovery.
import type { Plan, Prediction } from "../model/plan.ts";
import type { JournalRecord } from "../model/record.ts";
import type { MutantVerdict, Outcome, PredictionMutation, PredictionVerdict } from "../model/verdict.ts";
import { type CalmRun, calmRunOf } from "./calm-run.ts";
import { diagnose } from "./diagnosis.ts";
import { type Facts, factsOf } from "./facts.ts";
import { planOf } from "./judge.ts";
import { mutantsOf } from "./mutants.ts";
import { type Planted, plantedIn, predictsCalm } from "./planted.ts";
import { judgePrediction } from "./predictions.ts";

type Records = readonly JournalRecord[];

const atZero = "fault at strength 0";
const notCounted = "not counted: ";

/** `calm`: the journal of a run of the same plan with its fault at strength 0, where there is one. A plan without a fault is such a run itself. */
export function mutate(records: Records, calm: Records | undefined): readonly PredictionMutation[] {
  const plan = planOf(records);
  if (!plan) return [];
  const facts = factsOf(plan, records);
  const asItWas = judged(facts);
  const zero = atZeroOf(calmRunOf(plan, plan.changes.length === 0 ? records : calm));
  const later = laterIn(plan, records);
  const bent = mutantsOf(plan);
  return plan.predictions.map((prediction, index) => {
    const mutants = [
      ...bent
        .filter((mutant) => mutant.index === index)
        .map(({ change, role, prediction: other }) => asMutant(change, role, asItWas(plan.predictions.with(index, other), index))),
      zero(prediction, index),
      ...plantedIn(facts, prediction).map((planted) => inEach(planted, index)),
      ...(prediction.kind === "recovery" ? [later(index)] : []),
    ];
    return { id: prediction.id, outcome: asItWas(plan.predictions, index).outcome, mutants, canFail: canFail(mutants) };
  });
}

/** Undecided is neither: whoever was not shown to be able to fail does not count. */
const canFail = (mutants: readonly MutantVerdict[]): boolean =>
  survivedBy(mutants).length === 0 && mutants.some(({ role, outcome }) => role !== "complement" && outcome === "refuted");

/** A prediction that is confirmed together with its complement, or in a world where it must not be. */
export const survivedBy = (mutants: readonly MutantVerdict[]): readonly MutantVerdict[] =>
  mutants.filter(({ role, outcome }) => role !== "bent" && outcome === "confirmed");

/** What a prediction would hold with, too: it promises less than the system does, which is no fault of the prediction. */
export const looseBy = (mutants: readonly MutantVerdict[]): readonly MutantVerdict[] =>
  mutants.filter(({ change, role, outcome }) => role === "bent" && change !== atZero && outcome === "confirmed");

/** The run without the fault refuted it: the strongest word, since that world is real. What is to stay calm is calm there as well, and rests on planted failures. */
export const failsWithoutFault = (mutants: readonly MutantVerdict[]): boolean =>
  mutants.some(({ change, role, outcome }) => change === atZero && role === "decisive" && outcome === "refuted");

/** Why the run at strength 0 counted for none of them; undefined: it counted. */
export function zeroNotCounted(mutations: readonly PredictionMutation[]): string | undefined {
  const zero = mutations
    .flatMap(({ mutants }) => mutants)
    .find(({ change, observed }) => change === atZero && observed.startsWith(notCounted));
  return zero?.observed.slice(notCounted.length);
}

/** Calm is calm without the fault, too; whatever the fault is to bring must be gone. */
function atZeroOf(calm: CalmRun): (prediction: Prediction, index: number) => MutantVerdict {
  if ("why" in calm)
    return (prediction) => asMutant(atZero, roleAtZero(prediction), { outcome: "inconclusive", observed: `${notCounted}${calm.why}` });
  const { facts } = calm;
  const { predictions } = facts.plan;
  const asPredicted = judged(facts);
  const atAnyTime = judged({ ...facts, spans: { ...facts.spans, fault: facts.spans.judged } });
  return (prediction, index) => {
    const verdict = asPredicted(predictions, index);
    const wider = verdict.outcome === "inconclusive" ? atAnyTime(predictions.with(index, weakened(prediction)), index) : verdict;
    return asMutant(atZero, roleAtZero(prediction), wider.outcome === "refuted" ? wider : verdict);
  };
}

const roleAtZero = (prediction: Prediction): MutantVerdict["role"] => (predictsCalm(prediction) ? "bent" : "decisive");

/** Where nothing acts no time is special: a symptom that is absent all along is absent in its window, too, and slow probes need that long to show it. */
const weakened = (prediction: Prediction): Prediction =>
  prediction.kind === "symptom" && prediction.symptom !== "none"
    ? { ...prediction, atLeast: undefined, withinMs: undefined, beforeMs: undefined, outage: undefined }
    : prediction;

const laterIn = (plan: Plan, records: Records): ((index: number) => MutantVerdict) => {
  const { faultMs } = plan.phases;
  return (index) =>
    asMutant(
      `recovered ${faultMs / 1_000} s later`,
      "decisive",
      judged(factsOf(plan, datedBack(records, faultMs)))(plan.predictions, index),
    );
};

/** The world in which the prediction does best speaks for all: what it overlooks in one it overlooks. */
function inEach({ change, worlds }: Planted, index: number): MutantVerdict {
  const verdicts = worlds.map((facts) => judged(facts)(facts.plan.predictions, index));
  const best = (["confirmed", "inconclusive", "refuted"] as const satisfies readonly Outcome[])
    .map((outcome) => verdicts.find((one) => one.outcome === outcome))
    .find((one) => one !== undefined);
  return asMutant(change, "decisive", best ?? { outcome: "inconclusive", observed: "nothing to plant it in" });
}

/** A journal is diagnosed once, however many predictions are then held against it, and only where one asks. */
function judged(facts: Facts): (predictions: readonly Prediction[], index: number) => Judged {
  let diagnosis: ReturnType<typeof diagnose> | undefined;
  return (predictions, index) => {
    const prediction = predictions[index];
    if (!prediction) return { outcome: "inconclusive", observed: "" };
    diagnosis ??= prediction.kind === "diagnosis" ? diagnose(facts) : undefined;
    return judgePrediction({ ...facts, plan: { ...facts.plan, predictions } }, prediction, diagnosis ?? unasked);
  };
}

const unasked = { roots: [], abstained: "nobody asked", rows: [] };

type Judged = Pick<PredictionVerdict, "outcome" | "observed">;

const asMutant = (change: string, role: MutantVerdict["role"], { outcome, observed }: Judged): MutantVerdict => ({
  change,
  role,
  outcome,
  observed,
});

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
