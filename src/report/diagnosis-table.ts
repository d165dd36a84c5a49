// The table of the blind diagnosis: what was read from samples alone, beside what was done.
import type { Prediction } from "../model/plan.ts";
import type { Diagnosis } from "../model/verdict.ts";
import { byExperiment, type JudgedRun, outOf, tally } from "./judged-run.ts";
import type { Table } from "./table.ts";

export function diagnosisTable(runs: readonly JudgedRun[]): Table {
  return {
    title: "Diagnosis, blind",
    head: ["experiment", "done", "read from the samples", "right"],
    rows: byExperiment(runs).map(([file, own]) => [
      file,
      tally(own.map(({ plan }) => doneOf(plan))),
      tally(own.map(({ verdict }) => readOf(verdict.diagnosis))),
      outOf(own, isRight),
    ]),
  };
}

type Plan = JudgedRun["plan"];
type Predicted = Extract<Prediction, { kind: "diagnosis" }>;

const predictedOf = (plan: Plan): Predicted | undefined => plan.predictions.find((one): one is Predicted => one.kind === "diagnosis");

const at = ({ root, component }: { readonly root: string; readonly component: string | undefined }): string =>
  component === undefined ? root : `${root} at ${component}`;

/** What the file says that was done; where it says nothing, what the faults aimed at. */
function doneOf(plan: Plan): string {
  const predicted = predictedOf(plan);
  if (predicted) return [at(predicted), ...(predicted.second ? [at(predicted.second)] : [])].join(" and ");
  const aims = aimsOf(plan);
  return aims.length === 0 ? "nothing" : `aimed at ${aims.join(", ")}`;
}

const aimsOf = ({ changes }: Plan): readonly string[] => [...new Set(changes.map(({ apply }) => apply.at.component))];

const readOf = ({ roots, abstained }: Diagnosis): string =>
  abstained === undefined ? roots.map(at).join(" and ") || "none" : `abstained: ${abstained}`;

/** Without a prediction a named component has to be one that a fault aimed at, or its service. */
function isRight({ plan, verdict: { diagnosis, predictions } }: JudgedRun): boolean {
  const predicted = predictedOf(plan);
  if (predicted) return predictions.some(({ id, outcome }) => id === predicted.id && outcome === "confirmed");
  const aims = aimsOf(plan);
  const serviceOf = (name: string) => plan.stack.components.find((one) => one.name === name)?.service;
  if (diagnosis.abstained !== undefined || diagnosis.roots.length === 0) return diagnosis.abstained === undefined && aims.length === 0;
  return (
    aims.length > 0 &&
    diagnosis.roots.every(
      ({ component }) => component === undefined || aims.some((aim) => aim === component || serviceOf(aim) === component),
    )
  );
}
