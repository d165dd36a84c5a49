// A run on the model once more: into the journal's own file, whose bytes are compared, and with another seed.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../../src/drivers/sim/random.ts";
import { SimWorld } from "../../../src/drivers/sim/sim-world.ts";
import { openJournal } from "../../../src/journal/write.ts";
import type { Plan } from "../../../src/model/plan.ts";
import type { JournalRecord } from "../../../src/model/record.ts";
import { conduct } from "../../../src/run/conduct.ts";
import { virtualClock } from "../../../src/run/virtual-clock.ts";
import { of, simulate } from "../../run/simulate.ts";

/** Virtual time must not run away while a record is on its way to the disk. */
export const diskIsIdle = (): boolean => !process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq"));

/** What the journal's file holds after a run with the seed and the name that `simulate` gives. */
async function journalFileOf(plan: Plan, seed: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "planefault-replay-"));
  try {
    const path = join(folder, "journal.ndjson");
    const clock = virtualClock(undefined, diskIsIdle);
    const journal = await openJournal(path);
    await conduct(plan, new SimWorld(clock, seededRandom(seed)), clock, journal, { run: "r1", seed });
    await journal.close();
    return await readFile(path, "utf8");
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The first line of the journal's file that is not as these records say; undefined: every byte is the same. */
export async function differenceOfReplay(plan: Plan, seed: number, records: readonly JournalRecord[]): Promise<string | undefined> {
  const [before, after] = [records.map((record) => `${JSON.stringify(record)}\n`).join(""), await journalFileOf(plan, seed)];
  if (before === after) return undefined;
  const lines = after.split("\n");
  const index = before.split("\n").findIndex((line, number) => line !== lines[number]);
  return `line ${index + 1}: ${lines[index] ?? "is missing"}`;
}

/** The first samples alone, since the seed itself stands in the journal. The run is broken off where its fault would begin. */
export async function samplesBeforeFault(plan: Plan, seed: number): Promise<string> {
  const enough = new AbortController();
  const { journal } = await simulate(plan, {
    seed,
    signal: enough.signal,
    on: (event) => {
      if (event.type === "phase" && event.phase === "baseline" && event.edge === "end") enough.abort(new Error("seen enough"));
    },
  });
  return firstSamples(journal.records);
}

export const firstSamples = (records: readonly JournalRecord[]): string => JSON.stringify(of(records, "samples").slice(0, 100));
