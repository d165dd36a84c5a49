// `planefault judge`: an old run's verdict and report again, from its journal alone; of several runs a score card and tables.
import { mutationText } from "../report/mutation.ts";
import { verdictExitCode } from "../report/exit-code.ts";
import type { JudgedRun } from "../report/judged-run.ts";
import { reportParts, verdictJson } from "../report/parts.ts";
import { scoreCard } from "../report/score-card.ts";
import { tablesOf, tablesText } from "../report/tables.ts";
import { closingText } from "../report/text.ts";
import { whereOf } from "./execute.ts";
import { judgeRun, judgeRuns, runFolders } from "./judged-runs.ts";
import { writeParts } from "./run-folder.ts";
import { worst } from "./worst.ts";

export interface JudgeOptions {
  readonly json?: boolean;
  /** The tables, for documents. */
  readonly markdown?: boolean;
  /** Bend the predictions where the run itself did not. */
  readonly mutate?: boolean;
}

export async function judgeCommand(words: readonly string[], out: (text: string) => void, options: JudgeOptions = {}): Promise<number> {
  const folders = runFolders(words);
  const [folder] = folders;
  if (folder !== undefined && folders.length === 1 && options.markdown !== true) return judgeOne(folder, out, options);
  const runs = await judgeRuns(folders, options.mutate === true);
  out(
    options.json === true
      ? asJson(runs)
      : options.markdown === true
        ? tablesText(runs, "markdown")
        : `${scoreCard(runs.map(scored))}\n${tablesText(runs, "text")}`,
  );
  return worst(runs.map(({ verdict }) => verdictExitCode(verdict)));
}

async function judgeOne(folder: string, out: (text: string) => void, options: JudgeOptions): Promise<number> {
  const { plan, verdict, records, mutations } = await judgeRun(folder, options.mutate === true);
  const where = whereOf(folder, plan);
  await writeParts({ id: "", path: folder }, reportParts(records, verdict, where));
  out(options.json === true ? verdictJson(verdict) : closingText(plan, verdict, where));
  if (options.mutate === true && options.json !== true)
    out(mutations ? mutationText(mutations) : "  mutation: only what was confirmed, and meant to be, can be bent\n");
  return verdictExitCode(verdict);
}

const scored = ({ plan, verdict, seconds }: JudgedRun) => ({
  file: plan.file,
  outcome: verdict.outcome,
  asExpected: verdict.asExpected,
  reason: verdict.reason,
  seconds,
  exitCode: verdictExitCode(verdict),
});

const asJson = (runs: readonly JudgedRun[]): string =>
  `${JSON.stringify({ version: 1, runs: runs.map((run) => ({ folder: run.folder, ...scored(run), diagnosis: run.verdict.diagnosis, signals: run.verdict.signals, mutations: run.mutations })), tables: tablesOf(runs) }, undefined, 2)}\n`;
