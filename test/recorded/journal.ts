// Journals of real runs, kept for the experiments that neither the simulator nor `npm test` on containers plays: what was seen, to be judged by today's judge with today's predictions.
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { parseJournal } from "../../src/journal/read.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { core } from "../core.ts";
import { beyondTheModel } from "../drivers/sim/beyond-the-model.ts";

export const recordedExperiments: readonly string[] = beyondTheModel.filter((file) => !core.includes(file));

/** Of an experiment file: "experiments/etcd-app/link-down.yaml". */
export const journalOf = (file: string): string => `test/recorded/journals/${basename(dirname(file))}-${basename(file, ".yaml")}.ndjson.br`;

/** @throws where it was never recorded, or is no journal. */
export const recordedRun = (file: string): readonly JournalRecord[] =>
  parseJournal(brotliDecompressSync(readFileSync(journalOf(file))).toString(), journalOf(file)).records;

/** What must be today as it was when the run was recorded, or it says nothing of today's file. */
export const essenceOf = ({ phases, faults, probes, signals }: Plan) => ({
  phases,
  faults,
  probes: probes.map(({ instance, everyMs, deadlineMs, slowFloorMs }) => ({ instance, everyMs, deadlineMs, slowFloorMs })),
  signals: signals.map(({ instance, everyMs, deadlineMs }) => ({ instance, everyMs, deadlineMs })),
});
