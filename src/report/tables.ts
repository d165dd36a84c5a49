// All tables over several runs, as text or Markdown.
import { diagnosisTable } from "./diagnosis-table.ts";
import { effectsTable } from "./effects-table.ts";
import type { JudgedRun } from "./judged-run.ts";
import { liesTable } from "./lies-table.ts";
import { mutationTable, mutationTotal } from "./mutation-table.ts";
import { scoreTable } from "./score-table.ts";
import { markdownTable, type Table, textTable } from "./table.ts";

type Form = "text" | "markdown";

/** Those with something in them. On a screen the score card stands above them, and effects would fill many more. */
const tablesOf = (runs: readonly JudgedRun[], form: Form): readonly Table[] =>
  [...(form === "text" ? [] : [scoreTable(runs), effectsTable(runs)]), diagnosisTable(runs), liesTable(runs), mutationTable(runs)].filter(
    ({ rows }) => rows.length > 0,
  );

export function tablesText(runs: readonly JudgedRun[], form: Form): string {
  const total = mutationTotal(runs);
  return [...tablesOf(runs, form).map(form === "text" ? textTable : markdownTable), ...(total === undefined ? [] : [`${total}\n`])].join(
    "\n",
  );
}
