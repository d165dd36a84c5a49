// A predicted diagnosis: exactly these roots, in any order, or that nothing is found, or that the samples do not tell. A diagnosis that abstains where roots were predicted has not
// contradicted them, so it leaves the line undecided.
import type { Prediction, Root } from "../model/plan.ts";
import type { Stack } from "../model/stack.ts";
import type { Diagnosis } from "../model/verdict.ts";
import type { Finding } from "./finding.ts";

export type PredictedDiagnosis = Extract<Prediction, { kind: "diagnosis" }>;

const rootsOf = ({ root, component, second }: PredictedDiagnosis): readonly Root[] =>
  root === "none" || root === "abstained" ? [] : [{ root, component }, ...(second ? [second] : [])];

export function judgeDiagnosis(stack: Stack, predicted: PredictedDiagnosis, diagnosis: Diagnosis): Finding {
  const evidence = diagnosis.rows.join("; ");
  const finding = (outcome: Finding["outcome"], observed: string): Finding => ({ instance: "diagnosis", outcome, observed, evidence });
  if (diagnosis.abstained !== undefined)
    return finding(predicted.root === "abstained" ? "confirmed" : "inconclusive", `diagnosis abstained: ${diagnosis.abstained}`);
  return isRight(stack, predicted, diagnosis)
    ? finding("confirmed", `diagnosis: ${inWords(diagnosis.roots)}`)
    : finding(
        "refuted",
        `diagnosis ${inWords(diagnosis.roots)}, predicted ${predicted.root === "abstained" ? "that it abstains" : inWords(rootsOf(predicted))}`,
      );
}

/** Two roots are of two planes, so a plane says which of them are to be compared. */
function isRight(stack: Stack, predicted: PredictedDiagnosis, { roots }: Diagnosis): boolean {
  const expected = rootsOf(predicted);
  const serviceOf = (component: string | undefined) => stack.components.find(({ name }) => name === component)?.service;
  return (
    predicted.root !== "abstained" &&
    expected.length === roots.length &&
    expected.every(({ root, component }) => {
      const found = roots.find((one) => one.root === root);
      return found && (component === undefined || component === found.component || component === serviceOf(found.component));
    })
  );
}

const inWords = (roots: readonly Root[]): string =>
  roots.map(({ root, component }) => (component === undefined ? root : `${root} at ${component}`)).join(" and ") || "none";
