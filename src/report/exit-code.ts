// From a verdict to the exit code of the command that shows it.
import { zeroNotCounted } from "../judge/mutation.ts";
import type { PredictionMutation, Verdict } from "../model/verdict.ts";
import { survivorsOf, weakOf } from "./mutation.ts";

/** 0 as expected, 1 not as expected, 3 inconclusive though something else was expected, 5 something may still be broken. */
export function verdictExitCode(verdict: Verdict): 0 | 1 | 3 | 5 {
  if (verdict.leaks.length > 0) return 5;
  if (verdict.asExpected) return 0;
  return verdict.outcome === "inconclusive" ? 3 : 1;
}

/** 1 a prediction survived, 3 one could not be shown to be able to fail, or the run at strength 0 does not count. A file that only looks for smoke is exempt. */
export function mutationExitCode(mutations: readonly PredictionMutation[], smoke: boolean): 0 | 1 | 3 {
  if (smoke) return 0;
  if (survivorsOf(mutations).length > 0) return 1;
  return weakOf(mutations).length > 0 || zeroNotCounted(mutations) !== undefined ? 3 : 0;
}
