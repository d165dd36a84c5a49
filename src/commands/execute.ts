// One run of one plan: folder, journal, conduct, judge, report. What is known is on disk as soon as it is known.
import { enteredBy } from "../drivers/docker/entered.ts";
import { powersOf } from "../drivers/docker/powers.ts";
import { join } from "node:path";
import type { Journal } from "../journal/journal.ts";
import { openJournal } from "../journal/write.ts";
import { judge } from "../judge/judge.ts";
import { messageOf, PlanefaultError } from "../model/error.ts";
import { hidingOf } from "../model/hiding.ts";
import type { Plan } from "../model/plan.ts";
import type { JournalRecord } from "../model/record.ts";
import type { Verdict } from "../model/verdict.ts";
import { type Facts, lacks } from "../plan/facts.ts";
import { reportParts } from "../report/parts.ts";
import type { Where } from "../report/text.ts";
import { monotonicClock } from "../run/clock.ts";
import { conduct } from "../run/conduct.ts";
import type { RunEnd, RunEvent } from "../run/run-end.ts";
import { program } from "../setup/places.ts";
import { noteHiding, noteLease, noteTarget } from "./exit.ts";
import { recordedExitCode } from "./recorded-exit-code.ts";
import type { Sessions } from "./sessions.ts";
import { worst } from "./worst.ts";
import { createRunFolder, newRunId, pointLatest, tryParts, writeParts } from "./run-folder.ts";
import { readJournal } from "../journal/read.ts";

export interface ExecuteOptions {
  readonly reports: string;
  readonly seed: number;
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly on: (event: RunEvent) => void;
  readonly sessions: Sessions;
}

export interface RunResult {
  readonly folder: string;
  readonly verdict: Verdict;
  readonly end: RunEnd;
  readonly records: readonly JournalRecord[];
  /** Sentences: which parts of the report are not on disk, and why. The verdict stands. */
  readonly unwritten: readonly string[];
  readonly exitCode: number;
}

export const whereOf = (folder: string, plan: Plan): Where => ({
  report: join(folder, "report.html"),
  again: `${program} run ${plan.file}`,
});

export async function execute(plan: Plan, options: ExecuteOptions): Promise<RunResult> {
  refuseUnable(plan, options.sessions.facts);
  const folder = await createRunFolder(options.reports, plan.file, newRunId(Date.now(), Math.random), new Date());
  await pointLatest(options.reports, folder);
  const hiding = hidingOf(plan);
  noteHiding(hiding);
  await writeParts(folder.path, { "plan.json": `${JSON.stringify(hiding.plan(plan), undefined, 2)}\n` });
  const journalPath = join(folder.path, "journal.ndjson");
  const { sessions, seed } = options;
  const clock = sessions.clock?.() ?? monotonicClock();
  const journal = await openJournal(journalPath);
  let end: RunEnd | undefined;
  try {
    try {
      noteTarget();
      const world = await sessions.world(plan.stack, {
        id: folder.id,
        originNs: clock.originNs,
        clock,
        seed,
        powers: powersOf(plan.changes.map(({ apply }) => apply)),
        entered: enteredBy(plan),
      });
      end = await conduct(plan, world, clock, leasesNoted(folder.id, journal), {
        run: folder.id,
        seed,
        signal: options.signal,
        keep: options.keep,
        on: options.on,
      });
    } finally {
      await journal.close();
    }
    // Judged from the file, not from memory: what cannot be read back must not count.
    const records = await readOwnJournal(journalPath);
    const verdict = judge(records);
    const logs = Object.fromEntries(Object.entries(end.logs).map(([name, text]) => [join("logs", `${name}.log`), text]));
    const unwritten = await tryParts(folder.path, { ...reportParts(records, verdict, whereOf(folder.path, plan)), ...logs });
    const exitCode = worst([runExitCode(verdict, records, end), unwritten.length > 0 ? 4 : 0]);
    return { folder: folder.path, verdict, end, records, unwritten, exitCode };
  } catch (cause) {
    // A journal that cannot be read back must not hide that something may still be broken.
    if (!end || !mayBeBroken(end)) throw cause;
    const what = [...end.leaked.map(({ key }) => `${key} is not as it was`), ...end.undoNotProved];
    throw new PlanefaultError("leak", `something may still be broken: ${what.join("; ")}`, { hint: "planefault cleanup", cause });
  }
}

/** What we wrote ourselves and cannot read is no bad input of the user's. */
const readOwnJournal = (path: string): Promise<readonly JournalRecord[]> =>
  readJournal(path).catch((cause: unknown) => {
    throw new PlanefaultError("environment", `the run's own journal cannot be read back: ${messageOf(cause)}`, { hint: path, cause });
  });

/** What this machine cannot do, or where nobody has proved it, is refused before a target starts, whoever asks. */
function refuseUnable(plan: Plan, facts: Facts): void {
  for (const need of plan.needs) {
    const lack = lacks(need, facts);
    if (lack) throw new PlanefaultError("input", lack.message, { hint: "planefault doctor says what this machine can do" });
  }
}

const mayBeBroken = (end: RunEnd): boolean => end.leaked.length > 0 || end.undoNotProved.length > 0;

/** A crash of ours between a shot and the end of its lease must end with 5. */
const leasesNoted = (run: string, journal: Journal): Journal => ({
  append: (record) => {
    noteLease(run, record);
    journal.append(record);
  },
  sync: () => journal.sync(),
  close: () => journal.close(),
});

/** What the journal says, and what it could not: its own disk may have failed. */
export const runExitCode = (verdict: Verdict, records: readonly JournalRecord[], end: RunEnd): number =>
  worst([recordedExitCode(verdict, records), end.outcome === "failed" ? 4 : 0, mayBeBroken(end) ? 5 : 0]);
