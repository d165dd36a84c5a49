// The append-only file of a run. It is flushed before each op, so what may have to be undone is on disk before it is done.
import { open, type FileHandle } from "node:fs/promises";
import { messageOf, PlanefaultError } from "../model/error.ts";
import type { JournalRecord } from "../model/record.ts";
import type { Journal } from "./journal.ts";

/** Characters that may wait for the disk. A run writes some 100 kB/s, so this much behind means that the disk has stopped. */
const waitingLimit = 64 * 1024 * 1024;

/** Creates the file; refuses one that exists, since a journal is never written twice. */
export async function openJournal(path: string, limit: number = waitingLimit): Promise<Journal> {
  try {
    return new FileJournal(path, await open(path, "ax", 0o600), limit);
  } catch (cause) {
    throw new PlanefaultError("environment", `cannot create the journal ${path}: ${messageOf(cause)}`, {
      hint: "check that its folder exists, is writable and holds no journal yet",
      cause,
    });
  }
}

class FileJournal implements Journal {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #limit: number;
  #lines: string[] = [];
  #waiting = 0;
  #writing: Promise<void> | undefined;
  #failure: PlanefaultError | undefined;
  #closed = false;

  constructor(path: string, file: FileHandle, limit: number) {
    this.#path = path;
    this.#file = file;
    this.#limit = limit;
  }

  append(record: JournalRecord): void {
    if (this.#failure) throw this.#failure;
    if (this.#closed) throw this.#failed("it is closed", undefined);
    const line = `${JSON.stringify(record)}\n`;
    if (this.#waiting + line.length > this.#limit) throw this.#failed(`${this.#waiting} characters wait for the disk`, undefined);
    this.#lines.push(line);
    this.#waiting += line.length;
    this.#writing ??= this.#write();
  }

  async sync(): Promise<void> {
    await this.#drain();
    try {
      await this.#file.datasync();
    } catch (cause) {
      throw this.#failed(messageOf(cause), cause);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#drain();
      await this.#file.datasync();
    } finally {
      await this.#file.close();
    }
  }

  async #drain(): Promise<void> {
    while (this.#writing) await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  /** One write at a time keeps the order; whatever was appended meanwhile goes out with the next one. Never rejects: the failure is kept. */
  async #write(): Promise<void> {
    await Promise.resolve();
    try {
      while (this.#lines.length > 0) {
        const text = this.#lines.join("");
        this.#lines = [];
        await this.#file.appendFile(text);
        this.#waiting -= text.length;
      }
    } catch (cause) {
      this.#failure = this.#failed(messageOf(cause), cause);
    } finally {
      this.#writing = undefined;
    }
  }

  #failed(why: string, cause: unknown): PlanefaultError {
    return new PlanefaultError("environment", `cannot write the journal ${this.#path}: ${why}`, {
      hint: "check free space and the health of the disk that holds reports/",
      cause,
    });
  }
}
