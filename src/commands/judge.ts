// `planefault judge`: an old run's verdict and report again, from its journal alone; of several runs a score card and tables.
import { PlanefaultError } from "../model/error.ts";
import { mutationText } from "../report/mutation.ts";
import { mutationExitCode } from "../report/exit-code.ts";
import type { UnreadRun } from "../report/judged-run.ts";
import { reportParts } from "../report/parts.ts";
import { scoreCard, unreadText } from "../report/score-card.ts";
import { tablesText } from "../report/tables.ts";
import { closingText } from "../report/text.ts";
import { whereOf } from "./execute.ts";
import { type EndedRun, type JudgedRuns, judgeRun, judgeRuns, runFolders, tryRun } from "./judged-runs.ts";
import { tryParts } from "./run-folder.ts";
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
  if (options.json === true && options.markdown === true)
    throw new PlanefaultError("input", "--json and --markdown are two forms of the same", { hint: "ask for one of them" });
  const folders = runFolders(words);
  const [folder] = folders;
  if (folder !== undefined && folders.length === 1 && options.markdown !== true) return judgeOne(folder, out, options);
  if (options.json === true) return judgeAsLines(folders, out, options);
  const { runs, unread } = await judgeSeveral(folders, options);
  const lines = runs.map((run) => scored(run, options));
  const form = options.markdown === true ? "markdown" : "text";
  out(`${form === "text" ? `${scoreCard(lines)}\n` : ""}${tablesText(runs, form)}${unreadText(unread, form)}`);
  return worst([...lines.map(({ exitCode }) => exitCode), ...unread.map(() => unreadExitCode)]);
}

/** Alone it is what was asked for: then what is wrong with it is an error. */
async function judgeSeveral(folders: readonly string[], { mutate = false }: JudgeOptions): Promise<JudgedRuns> {
  const [folder] = folders;
  if (folder === undefined || folders.length > 1) return judgeRuns(folders, mutate);
  return { runs: [await judgeRun(folder, mutate)], unread: [] };
}

/** As a run ends whose environment failed it: most of them broke off before they began. */
const unreadExitCode = 4;

async function judgeOne(folder: string, out: (text: string) => void, options: JudgeOptions): Promise<number> {
  const run = await judgeRun(folder, options.mutate === true);
  const { plan, verdict, records, mutations } = run;
  const where = whereOf(folder, plan);
  // A run that may only be read has a verdict all the same.
  for (const why of await tryParts(folder, reportParts(records, verdict, where))) process.stderr.write(`planefault: ${why}\n`);
  out(options.json === true ? asLine(run, options) : closingText(plan, verdict, where));
  if (options.mutate === true && options.json !== true)
    out(mutations ? mutationText(mutations) : "  mutation: only what was confirmed, and meant to be, can be bent\n");
  return judgedExitCode(run, options);
}

/** Each run is said as soon as it is judged. */
async function judgeAsLines(folders: readonly string[], out: (text: string) => void, options: JudgeOptions): Promise<number> {
  const exits: number[] = [];
  for (const folder of folders) {
    const run = await tryRun(folder, options.mutate === true);
    out("why" in run ? asUnread(run) : asLine(run, options));
    exits.push("why" in run ? unreadExitCode : judgedExitCode(run, options));
  }
  return worst(exits);
}

/** As the run would have ended; what was bent earlier counts only for those who ask for it. */
const judgedExitCode = ({ plan, exitCode, mutations }: EndedRun, { mutate }: JudgeOptions): number =>
  worst([exitCode, mutate === true && mutations ? mutationExitCode(mutations, plan.smoke) : 0]);

const scored = (run: EndedRun, options: JudgeOptions) => ({
  file: run.plan.file,
  outcome: run.verdict.outcome,
  asExpected: run.verdict.asExpected,
  reason: run.verdict.reason,
  seconds: run.seconds,
  exitCode: judgedExitCode(run, options),
});

/** With the names that a line of `run --json` has; without `mutations` where the predictions were not bent. */
const asLine = (run: EndedRun, options: JudgeOptions): string =>
  `${JSON.stringify({ folder: run.folder, ...scored(run, options), verdict: run.verdict, mutations: run.mutations })}\n`;

/** Like the line of a run that `run --json` could not finish. */
const asUnread = ({ folder, why }: UnreadRun): string =>
  `${JSON.stringify({ folder, file: "", outcome: "inconclusive", asExpected: false, reason: why, seconds: 0, exitCode: unreadExitCode })}\n`;
