// A journal without a file: for the simulator, whose virtual time must not wait for a disk, and for tests.
import type { JournalRecord } from "../model/record.ts";
import type { Journal } from "./journal.ts";

export interface MemoryJournal extends Journal {
  readonly records: readonly JournalRecord[];
  /** How many records had been appended at each sync. */
  readonly syncs: readonly number[];
  /** As the file would read. */
  text(): string;
}

export function memoryJournal(): MemoryJournal {
  const records: JournalRecord[] = [];
  const syncs: number[] = [];
  return {
    records,
    syncs,
    append: (record) => void records.push(record),
    sync: async () => void syncs.push(records.length),
    close: async () => {},
    text: () => records.map((record) => `${JSON.stringify(record)}\n`).join(""),
  };
}
