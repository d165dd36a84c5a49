// From words on the command line (a run's folder, its journal, or a folder of runs) to runs, judged again from their journals one after the other.
import { existsSync, globSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readJournal } from "../journal/read.ts";
import { judge, planOf } from "../judge/judge.ts";
import { PlanefaultError } from "../model/error.ts";
import type { JournalRecord } from "../model/record.ts";
import type { JudgedRun, UnreadRun } from "../report/judged-run.ts";
import { bendAgain, isBendable, readMutations } from "./mutation-file.ts";
import { recordedExitCode } from "./recorded-exit-code.ts";

const journalName = "journal.ndjson";

/** Each once, in the order of the words; in a folder of runs by name, which is by time, without the link to the latest. */
export function runFolders(words: readonly string[]): readonly string[] {
  const folders = words.flatMap((word) => {
    const folder = basename(word) === journalName ? dirname(word) : word;
    if (existsSync(join(folder, journalName))) return [folder];
    const runs = globSync(`*/${journalName}`, { cwd: folder }).filter((path) => dirname(path) !== "latest");
    if (runs.length === 0)
      throw new PlanefaultError("input", `${word} is no run and holds none`, {
        hint: "a run is a folder under reports/, with a journal.ndjson",
      });
    return runs.toSorted().map((path) => join(folder, dirname(path)));
  });
  return [...new Set(folders)];
}

export interface EndedRun extends JudgedRun {
  /** As the run itself ended. */
  readonly exitCode: number;
}

export interface ReadRun extends EndedRun {
  readonly records: readonly JournalRecord[];
}

/** `bend`: where the run itself bent no predictions, they are bent now. */
export async function judgeRun(folder: string, bend: boolean): Promise<ReadRun> {
  const records = await readJournal(join(folder, journalName));
  const plan = planOf(records);
  if (!plan)
    throw new PlanefaultError("input", `the journal in ${folder} does not begin with its plan`, {
      hint: "a run that ended before it was planned has nothing to judge",
    });
  const verdict = judge(records);
  const kept = readMutations(folder);
  const mutations = kept ?? (bend && isBendable(verdict) ? await bendAgain(folder, records) : undefined);
  const seconds = Math.round((records.at(-1)?.at ?? 0) / 100) / 10;
  return { folder, plan, verdict, seconds, mutations, records, exitCode: recordedExitCode(verdict, records) };
}

/** What is wrong with the files of one run is no reason to lose the others; anything else is thrown. */
export async function tryRun(folder: string, bend: boolean): Promise<ReadRun | UnreadRun> {
  try {
    return await judgeRun(folder, bend);
  } catch (error) {
    if (error instanceof PlanefaultError && error.code === "input") return { folder, why: error.message };
    throw error;
  }
}

export interface JudgedRuns {
  readonly runs: readonly EndedRun[];
  readonly unread: readonly UnreadRun[];
}

/** Journals are large and verdicts small, so only these are kept. */
export async function judgeRuns(folders: readonly string[], bend: boolean): Promise<JudgedRuns> {
  const runs: EndedRun[] = [];
  const unread: UnreadRun[] = [];
  for (const folder of folders) {
    const found = await tryRun(folder, bend);
    if ("why" in found) {
      unread.push(found);
      continue;
    }
    const { records: _, ...run } = found;
    runs.push(run);
  }
  return { runs, unread };
}
