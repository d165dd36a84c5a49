// Whether a verdict is the one that the experiment's author expected, and for no other reason than the stated ones.
import { type Expectation, isQuoted, reasonsOf } from "../model/expectation.ts";
import type { Outcome, PredictionVerdict } from "../model/verdict.ts";
import type { Checked } from "./assumptions.ts";
import { partsOf } from "./finding.ts";

/**
 * Each instance that refutes a line, and each complaint about an assumption, must be covered by a phrase of `because`, or else there was another reason beside the stated one; what stays undecided
 * may do so for more. "put-flag failing" also stands for "put-flag@app-1 failing".
 */
export function isExpected(
  expected: Expectation,
  outcome: Outcome,
  assumptions: readonly Checked[],
  predictions: readonly PredictionVerdict[],
): boolean {
  if (outcome !== expected.verdict) return false;
  const phrases = reasonsOf(expected);
  if (phrases.length === 0) return true;
  const isStated = (reason: string): boolean =>
    [reason, reason.replaceAll(/@[a-z0-9-]+/gu, "")].some((words) => phrases.some((phrase) => isQuoted(phrase, words)));
  if (outcome === "refuted") return predictions.every((one) => one.outcome !== outcome || partsOf(one.observed).every(isStated));
  const broken = assumptions.flatMap(({ name, complaints }) => complaints.map((complaint) => `${name}: ${complaint}`));
  if (broken.length > 0) return broken.every(isStated);
  return predictions.some((one) => one.outcome === outcome && isStated(one.observed));
}
