// All tables over several runs, as text or Markdown.
import { diagnosisTable } from "./diagnosis-table.ts";
import type { JudgedRun } from "./judged-run.ts";
import { liesTable } from "./lies-table.ts";
import { mutationTable, mutationTotal } from "./mutation-table.ts";
import { markdownTable, type Table, textTable } from "./table.ts";

/** Those with something in them. */
const tablesOf = (runs: readonly JudgedRun[]): readonly Table[] =>
  [diagnosisTable(runs), liesTable(runs), mutationTable(runs)].filter(({ rows }) => rows.length > 0);

export function tablesText(runs: readonly JudgedRun[], form: "text" | "markdown"): string {
  const total = mutationTotal(runs);
  return [...tablesOf(runs).map(form === "text" ? textTable : markdownTable), ...(total === undefined ? [] : [`${total}\n`])].join("\n");
}
