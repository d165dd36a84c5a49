// A predicted diagnosis: exactly these roots with exactly these components (none where none is said), in any order, or that nothing is found, or that the samples do not tell.
// A diagnosis that abstains where roots were predicted has not contradicted them, so it leaves the line undecided.
import type { Prediction, Root } from "../model/plan.ts";
import type { Diagnosis } from "../model/verdict.ts";
import type { Finding } from "./finding.ts";

export type PredictedDiagnosis = Extract<Prediction, { kind: "diagnosis" }>;

const rootsOf = ({ root, component, second }: PredictedDiagnosis): readonly Root[] =>
  root === "none" || root === "abstained" ? [] : [{ root, component }, ...(second ? [second] : [])];

export function judgeDiagnosis(predicted: PredictedDiagnosis, diagnosis: Diagnosis): Finding {
  const evidence = diagnosis.rows.join("; ");
  const finding = (outcome: Finding["outcome"], observed: string): Finding => ({ instance: "diagnosis", outcome, observed, evidence });
  if (diagnosis.abstained !== undefined)
    return finding(predicted.root === "abstained" ? "confirmed" : "inconclusive", `diagnosis abstained: ${diagnosis.abstained}`);
  return isRight(predicted, diagnosis)
    ? finding("confirmed", `diagnosis: ${inWords(diagnosis.roots)}`)
    : finding(
        "refuted",
        `diagnosis ${inWords(diagnosis.roots)}, predicted ${predicted.root === "abstained" ? "that it abstains" : inWords(rootsOf(predicted), " without a component")}`,
      );
}

/** Two roots are of two planes, so a plane says which of them are to be compared. A service is another answer than one of its replicas: etcd as a whole is not etcd-2. */
function isRight(predicted: PredictedDiagnosis, { roots }: Diagnosis): boolean {
  const expected = rootsOf(predicted);
  return (
    predicted.root !== "abstained" &&
    expected.length === roots.length &&
    expected.every(({ root, component }) => roots.some((found) => found.root === root && found.component === component))
  );
}

const inWords = (roots: readonly Root[], nobody = ""): string =>
  roots.map(({ root, component }) => (component === undefined ? `${root}${nobody}` : `${root} at ${component}`)).join(" and ") || "none";
