// How a run ended, read from its verdict and its journal, so that `judge` ends as the run itself did.
import { type JournalRecord, unsteadyCode } from "../model/record.ts";
import type { Verdict } from "../model/verdict.ts";
import { verdictExitCode } from "../report/exit-code.ts";
import { worst } from "./worst.ts";

/** 5 something may still be broken, 4 the environment failed or somebody broke it off (neither of which a file expects), 0 as expected, 3 inconclusive, 1 otherwise. */
export const recordedExitCode = (verdict: Verdict, records: readonly JournalRecord[]): number =>
  worst([verdictExitCode(verdict), ...records.map(failureOf), ...(isUndoOwed(records) ? [5] : [])]);

function failureOf(record: JournalRecord): 0 | 4 | 5 {
  if (record.type === "aborted") return record.interrupted === true ? 4 : 0;
  // A baseline that is never steady is a result: nothing failed.
  if (record.type !== "error" || record.code === unsteadyCode) return 0;
  return record.code === "leak" ? 5 : 4;
}

/** Owed from before the shot until an undo was answered, whatever a witness saw. */
function isUndoOwed(records: readonly JournalRecord[]): boolean {
  const undone = new Set(records.flatMap((record) => (record.type === "undone" && record.answer === "done" ? [record.change] : [])));
  return records.some((record) => record.type === "lease" && record.state === "taken" && !undone.has(record.change));
}
