// `run --mutate`: after a confirmed run the same plan runs once more with its fault at strength 0, and every prediction is bent and judged again.
// In a series one such run serves all experiments that would have the same.
import { join } from "node:path";
import { readJournal } from "../journal/read.ts";
import { calmRunOf, essenceAtZero } from "../judge/calm-run.ts";
import { mutate } from "../judge/mutation.ts";
import type { Plan } from "../model/plan.ts";
import type { JournalRecord } from "../model/record.ts";
import type { PredictionMutation } from "../model/verdict.ts";
import { atStrengthZero } from "../plan/strength-zero.ts";
import { mutationExitCode } from "../report/exit-code.ts";
import type { RunResult } from "./execute.ts";
import { exitCodeOf, sayError } from "./exit.ts";
import { borrowZero, isBendable, strengthZeroOf, writeMutations, zeroRunFolders } from "./mutation-file.ts";
import { run, type RunExperimentOptions } from "./run-experiment.ts";
import { worst } from "./worst.ts";

export interface Mutated {
  readonly mutations: readonly PredictionMutation[];
  /** Of the bending and of the run at strength 0, which are worse than the run they follow only where they show it. */
  readonly exitCode: number;
  /** The run at strength 0, where there was one for this experiment and it ended. */
  readonly zero: RunResult | undefined;
}

/** Journals of runs at strength 0 that count, by what they have in common with the experiments that they serve. */
export type ZeroRuns = Map<string, string>;

/** What was run and judged, now or by an earlier call. */
export type Ran = Pick<RunResult, "verdict" | "exitCode" | "folder" | "records">;

/** Below the folders of earlier runs of these plans. Of those with the same essence one journal that counts is enough, since journals are large. */
export async function zeroRunsBelow(earlier: readonly { readonly plan: Plan; readonly folder: string }[]): Promise<ZeroRuns> {
  const found: ZeroRuns = new Map();
  for (const { plan, folder } of earlier) {
    const essence = essenceAtZero(plan);
    for (const zero of found.has(essence) ? [] : zeroRunFolders(folder))
      // One that was damaged meanwhile serves nobody.
      if ("facts" in calmRunOf(plan, await readJournal(join(zero, "journal.ndjson")).catch(() => undefined))) found.set(essence, zero);
  }
  return found;
}

/** undefined: there is nothing to bend, since the run was not confirmed, was not meant to be, or may have left something broken. */
export async function mutateRun(plan: Plan, result: Ran, options: RunExperimentOptions, zeroRuns: ZeroRuns): Promise<Mutated | undefined> {
  if (!isBendable(result.verdict) || result.exitCode !== 0) return undefined;
  const { records, zero, exitCode } = await atZero(plan, result, options, zeroRuns);
  const mutations = mutate(result.records, records);
  await writeMutations(result.folder, mutations);
  return { mutations, zero, exitCode: worst([exitCode, mutationExitCode(mutations, plan.smoke)]) };
}

interface AtZero {
  readonly records: readonly JournalRecord[] | undefined;
  readonly zero: RunResult | undefined;
  readonly exitCode: number;
}

async function atZero(plan: Plan, result: Ran, options: RunExperimentOptions, zeroRuns: ZeroRuns): Promise<AtZero> {
  if (plan.changes.length === 0) return { records: undefined, zero: undefined, exitCode: 0 };
  const essence = essenceAtZero(plan);
  const known = zeroRuns.get(essence);
  if (known !== undefined) return { records: await readJournal(await borrowZero(result.folder, known)), zero: undefined, exitCode: 0 };
  const ran = await runAtZero(plan, result, options);
  // What was disturbed must not spoil the others' score, too.
  if (ran.zero && ran.exitCode === 0 && "facts" in calmRunOf(plan, ran.zero.records)) zeroRuns.set(essence, ran.zero.folder);
  return { records: ran.zero?.records, ...ran };
}

/** What the first run found must not be lost with the second. Predictions are refuted there on purpose, so of its exit code only a failed environment and what may still be broken count. */
async function runAtZero(
  plan: Plan,
  { folder }: Ran,
  options: RunExperimentOptions,
): Promise<{ readonly zero: RunResult | undefined; readonly exitCode: number }> {
  try {
    const zero = await run(atStrengthZero(plan), { ...options, reports: strengthZeroOf(folder) });
    return { zero, exitCode: zero.exitCode >= 4 ? zero.exitCode : 0 };
  } catch (error) {
    sayError(error);
    return { zero: undefined, exitCode: exitCodeOf(error) };
  }
}
