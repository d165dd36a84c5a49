// The table of the blind diagnosis: what was read from samples alone, beside what the file said before.
import type { Prediction } from "../model/plan.ts";
import type { Diagnosis } from "../model/verdict.ts";
import { byExperiment, type JudgedRun, outOf, tally } from "./judged-run.ts";
import type { Table } from "./table.ts";

export function diagnosisTable(runs: readonly JudgedRun[]): Table {
  return {
    title: "Diagnosis, blind",
    head: ["experiment", "predicted, or aimed at", "read from the samples", "right"],
    rows: byExperiment(runs).map(([file, own]) => [
      file,
      tally(own.map(({ plan }) => doneOf(plan))),
      tally(own.map(({ verdict }) => readOf(verdict.diagnosis))),
      rightOf(own),
    ]),
    foot: footOf(runs),
  };
}

type Plan = JudgedRun["plan"];
type Predicted = Extract<Prediction, { kind: "diagnosis" }>;

const predictedOf = (plan: Plan): Predicted | undefined => plan.predictions.find((one): one is Predicted => one.kind === "diagnosis");

const at = ({ root, component }: { readonly root: string; readonly component: string | undefined }): string =>
  component === undefined ? root : `${root} at ${component}`;

/** What the file says that is to be read; where it says nothing, what the faults aimed at. */
function doneOf(plan: Plan): string {
  const predicted = predictedOf(plan);
  if (predicted) return [at(predicted), ...(predicted.second ? [at(predicted.second)] : [])].join(" and ");
  const aims = aimsOf(plan);
  return aims.length === 0 ? "nothing" : `aimed at ${aims.join(", ")}`;
}

const aimsOf = ({ changes }: Plan): readonly string[] => [...new Set(changes.map(({ apply }) => apply.at.component))];

const readOf = ({ roots, abstained }: Diagnosis): string =>
  abstained === undefined ? roots.map(at).join(" and ") || "none" : `abstained: ${abstained}`;

/** Of the runs of which the file says what is to be read. What a fault aimed at is no answer key: on which plane it shows is what is asked. */
function rightOf(runs: readonly JudgedRun[]): string {
  const predicted = runs.filter(({ plan }) => predictedOf(plan) !== undefined);
  if (predicted.length === 0) return "not predicted";
  // Who cannot tell has found nothing, though it was known beforehand.
  const abstains = predicted.every(({ plan }) => predictedOf(plan)?.root === "abstained");
  return `${abstains ? "abstained as predicted, " : ""}${outOf(predicted, isRight)}`;
}

type Score = "right" | "wrong" | "abstained" | "no fault" | "not predicted";

/** Each run once: what a file leaves unsaid would else hide how often a responder would have been left without an answer. */
function footOf(runs: readonly JudgedRun[]): string {
  const scored = Map.groupBy(runs, scoreOf);
  const count = (score: Score): number => scored.get(score)?.length ?? 0;
  const asPredicted = (scored.get("abstained") ?? []).filter(isRight).length;
  return [
    `Of ${runs.length} run${runs.length === 1 ? "" : "s"}: right in ${count("right")}`,
    `wrong in ${count("wrong")}`,
    `abstained though a fault acted in ${count("abstained")}${asPredicted === 0 ? "" : ` (in ${asPredicted} of them as predicted)`}`,
    `not predicted in ${count("not predicted")}${count("no fault") === 0 ? "" : `, abstained with no fault in ${count("no fault")}`}.`,
  ].join(", ");
}

function scoreOf(run: JudgedRun): Score {
  const { diagnosis, witnesses } = run.verdict;
  if (diagnosis.abstained !== undefined) return witnesses.some(({ acted }) => acted) ? "abstained" : "no fault";
  if (predictedOf(run.plan) === undefined) return "not predicted";
  return isRight(run) ? "right" : "wrong";
}

function isRight({ plan, verdict: { predictions } }: JudgedRun): boolean {
  const id = predictedOf(plan)?.id;
  return predictions.some((one) => one.id === id && one.outcome === "confirmed");
}
