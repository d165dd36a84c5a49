// What a run needs of its record: append in order, and know that it is on disk before anything is broken.
import type { JournalRecord } from "../model/record.ts";

export interface Journal {
  /** Keeps the order of calls. Throws where the journal is closed, has failed, or is too far behind the disk. */
  append(record: JournalRecord): void;
  /** Resolves when everything appended so far has been flushed to disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
