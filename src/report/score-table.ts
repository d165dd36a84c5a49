// The score card as a table for documents: how often each experiment came out as expected.
import { byExperiment, type JudgedRun, outOf, tally } from "./judged-run.ts";
import type { Table } from "./table.ts";

export function scoreTable(runs: readonly JudgedRun[]): Table {
  return {
    title: "Verdicts",
    head: ["experiment", "verdict", "as expected", "mean seconds"],
    rows: byExperiment(runs).map(([file, own]) => [
      file,
      tally(own.map(({ verdict }) => verdict.outcome)),
      outOf(own, ({ verdict }) => verdict.asExpected),
      (own.reduce((sum, { seconds }) => sum + seconds, 0) / own.length).toFixed(0),
    ]),
  };
}
