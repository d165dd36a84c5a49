// What bending a run's predictions came to, kept beside its journal; and the run of the same plan with its fault at strength 0, kept below it.
import { existsSync, globSync, readFileSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { readJournal } from "../journal/read.ts";
import { mutate } from "../judge/mutation.ts";
import { PlanefaultError } from "../model/error.ts";
import type { JournalRecord } from "../model/record.ts";
import type { PredictionMutation, Verdict } from "../model/verdict.ts";

const Outcome = z.enum(["confirmed", "refuted", "inconclusive"]);
const MutationFile = z.array(
  z.strictObject({
    id: z.string(),
    outcome: Outcome,
    mutants: z.array(
      z.strictObject({ change: z.string(), role: z.enum(["complement", "bent", "decisive"]), outcome: Outcome, observed: z.string() }),
    ),
    canFail: z.boolean(),
  }),
);

/** Written when a refuted complement still counted; its score is not to be believed, so it is as if nothing had been bent. */
const EarlierForm = z.array(
  z.object({ mutants: z.array(z.strictObject({ change: z.string(), outcome: Outcome, observed: z.string() })).min(1) }),
);
const isEarlierForm = (kept: unknown): boolean => EarlierForm.min(1).safeParse(kept).success;

const pathOf = (folder: string): string => join(folder, "mutation.json");

/** Where the run with the fault at strength 0 goes, so that it is not taken for a run of the experiment. */
export const strengthZeroOf = (folder: string): string => join(folder, "strength-0");

/** One at most, but for whoever puts others there. */
export const zeroRunFolders = (folder: string): readonly string[] =>
  globSync("*/journal.ndjson", { cwd: strengthZeroOf(folder), exclude: ["latest"] }).map((path) =>
    join(strengthZeroOf(folder), dirname(path)),
  );

/** Takes another experiment's run at strength 0, so that this folder says by itself what its score rests on; resolves to the copy's path. */
export async function borrowZero(folder: string, zero: string): Promise<string> {
  const own = join(strengthZeroOf(folder), basename(zero));
  await mkdir(own, { recursive: true, mode: 0o700 });
  const journal = join(own, "journal.ndjson");
  await copyFile(join(zero, "journal.ndjson"), journal);
  return journal;
}

export function readMutations(folder: string): readonly PredictionMutation[] | undefined {
  if (!existsSync(pathOf(folder))) return undefined;
  try {
    const kept: unknown = JSON.parse(readFileSync(pathOf(folder), "utf8"));
    return isEarlierForm(kept) ? undefined : MutationFile.parse(kept);
  } catch (cause) {
    throw new PlanefaultError("input", `${pathOf(folder)} cannot be read`, { hint: "remove it and bend again with --mutate", cause });
  }
}

export const writeMutations = (folder: string, mutations: readonly PredictionMutation[]): Promise<void> =>
  writeFile(pathOf(folder), `${JSON.stringify(mutations, undefined, 2)}\n`, { mode: 0o600 });

/** Only what was confirmed and meant to be can be bent. */
export const isBendable = ({ asExpected, outcome }: Pick<Verdict, "asExpected" | "outcome">): boolean =>
  asExpected && outcome === "confirmed";

/** Ran in an earlier call without being bent, and its journal is still there. */
export const isToBeBent = (run: Pick<Verdict, "asExpected" | "outcome"> & { readonly folder: string }): boolean =>
  isBendable(run) && existsSync(join(run.folder, "journal.ndjson")) && !existsSync(pathOf(run.folder));

/** From the journals alone; without a run at strength 0 there are fewer mutants, so that no prediction looks better than it is. */
export async function bendAgain(folder: string, records: readonly JournalRecord[]): Promise<readonly PredictionMutation[]> {
  const [zero] = zeroRunFolders(folder);
  const mutations = mutate(records, zero === undefined ? undefined : await readJournal(join(zero, "journal.ndjson")));
  await writeMutations(folder, mutations);
  return mutations;
}
