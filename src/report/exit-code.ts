// From a verdict to the exit code of the command that shows it.
import type { Verdict } from "../model/verdict.ts";

/** 0 as expected, 1 not as expected, 3 inconclusive though something else was expected, 5 something may still be broken. */
export function verdictExitCode(verdict: Verdict): 0 | 1 | 3 | 5 {
  if (verdict.leaks.length > 0) return 5;
  if (verdict.asExpected) return 0;
  return verdict.outcome === "inconclusive" ? 3 : 1;
}
