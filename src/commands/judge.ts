// `planefault judge`: an old run's verdict and report again, from its journal alone.
import { basename, dirname, join } from "node:path";
import { readJournal } from "../journal/read.ts";
import { judge, planOf } from "../judge/judge.ts";
import { PlanefaultError } from "../model/error.ts";
import { verdictExitCode } from "../report/exit-code.ts";
import { reportParts, verdictJson } from "../report/parts.ts";
import { closingText } from "../report/text.ts";
import { whereOf } from "./execute.ts";
import { writeParts } from "./run-folder.ts";

export interface JudgeOptions {
  readonly json?: boolean;
}

export async function judgeCommand(path: string, out: (text: string) => void, options: JudgeOptions = {}): Promise<number> {
  // Whoever names the journal means its folder.
  const folder = basename(path) === "journal.ndjson" ? dirname(path) : path;
  const records = await readJournal(join(folder, "journal.ndjson"));
  const plan = planOf(records);
  if (!plan)
    throw new PlanefaultError("input", `the journal in ${folder} does not begin with its plan`, {
      hint: "a run that ended before it was planned has nothing to judge",
    });
  const verdict = judge(records);
  const where = whereOf(folder, plan);
  await writeParts({ id: "", path: folder }, reportParts(records, verdict, where));
  out(options.json === true ? verdictJson(verdict) : closingText(plan, verdict, where));
  return verdictExitCode(verdict);
}
