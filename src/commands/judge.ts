// `planefault judge`: an old run's verdict and report again, from its journal alone; of several runs a score card and tables.
import { mutationText } from "../report/mutation.ts";
import { verdictExitCode } from "../report/exit-code.ts";
import type { JudgedRun } from "../report/judged-run.ts";
import { reportParts } from "../report/parts.ts";
import { scoreCard } from "../report/score-card.ts";
import { tablesText } from "../report/tables.ts";
import { closingText } from "../report/text.ts";
import { whereOf } from "./execute.ts";
import { judgeRun, judgeRuns, runFolders } from "./judged-runs.ts";
import { writeParts } from "./run-folder.ts";
import { worst } from "./worst.ts";

export interface JudgeOptions {
  /** One line per run, of the same shape for one run and for several. */
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
  if (options.json === true) return judgeAsLines(folders, out, options);
  const runs = await judgeRuns(folders, options.mutate === true);
  out(options.markdown === true ? tablesText(runs, "markdown") : `${scoreCard(runs.map(scored))}\n${tablesText(runs, "text")}`);
  return worst(runs.map(({ verdict }) => verdictExitCode(verdict)));
}

async function judgeOne(folder: string, out: (text: string) => void, options: JudgeOptions): Promise<number> {
  const run = await judgeRun(folder, options.mutate === true);
  const { plan, verdict, records, mutations } = run;
  const where = whereOf(folder, plan);
  await writeParts({ id: "", path: folder }, reportParts(records, verdict, where));
  out(options.json === true ? asLine(run) : closingText(plan, verdict, where));
  if (options.mutate === true && options.json !== true)
    out(mutations ? mutationText(mutations) : "  mutation: only what was confirmed, and meant to be, can be bent\n");
  return verdictExitCode(verdict);
}

/** Each run is said as soon as it is judged. */
async function judgeAsLines(folders: readonly string[], out: (text: string) => void, { mutate }: JudgeOptions): Promise<number> {
  const exits: number[] = [];
  for (const folder of folders) {
    const run = await judgeRun(folder, mutate === true);
    out(asLine(run));
    exits.push(verdictExitCode(run.verdict));
  }
  return worst(exits);
}

const scored = ({ plan, verdict, seconds }: JudgedRun) => ({
  file: plan.file,
  outcome: verdict.outcome,
  asExpected: verdict.asExpected,
  reason: verdict.reason,
  seconds,
  exitCode: verdictExitCode(verdict),
});

/** With the names that a line of `run --json` has; without `mutations` where the predictions were not bent. */
const asLine = (run: JudgedRun): string =>
  `${JSON.stringify({ folder: run.folder, ...scored(run), verdict: run.verdict, mutations: run.mutations })}\n`;
