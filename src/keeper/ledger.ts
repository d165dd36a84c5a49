// The keeper's memory: open leases as typed data, one JSON line each, on the disk before anybody is told so. It survives the keeper.
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import type { ArmedChange } from "../model/identity.ts";
import type { LedgerEntry } from "../model/keeper-protocol.ts";

export class Ledger {
  readonly #file: number;
  readonly #open = new Map<string, ArmedChange>();
  /** No keeper was here before. */
  readonly isNew: boolean;
  /** False where a whole line could not be read: it may be a lease that is still open, so it stays in the file. */
  readonly isReadable: boolean;
  /** What could not be read, for the log. */
  readonly complaints: readonly string[];

  constructor(path: string) {
    this.isNew = !existsSync(path);
    this.#file = openSync(path, "a+", 0o600);
    const bytes = readFileSync(path);
    const end = bytes.lastIndexOf("\n") + 1;
    const unread = this.#replay(bytes.toString("utf8", 0, end));
    this.isReadable = unread.length === 0;
    const isTorn = end < bytes.length;
    this.complaints = isTorn ? [...unread, "the ledger's last line was torn while being written: it was never confirmed"] : unread;
    // It would swallow the next one. It is cut off, which a full disk allows.
    if (isTorn) ftruncateSync(this.#file, end);
  }

  get leases(): readonly ArmedChange[] {
    return [...this.#open.values()];
  }

  lease(armed: ArmedChange): void {
    this.#append({ version: 1, entry: "lease", armed });
    this.#open.set(armed.change.id, armed);
  }

  /** With nothing else open the file starts anew: it does not grow for ever, and a full disk is no hindrance. */
  release(change: string): void {
    if (!this.#open.has(change)) return;
    if (this.#open.size === 1 && this.isReadable) {
      ftruncateSync(this.#file);
      fsyncSync(this.#file);
    } else this.#append({ version: 1, entry: "release", change });
    this.#open.delete(change);
  }

  close(): void {
    closeSync(this.#file);
  }

  #append(entry: LedgerEntry): void {
    this.#write(`${JSON.stringify(entry)}\n`);
  }

  /** All of it or nothing: a disk that is full takes a part. */
  #write(text: string): void {
    const { size } = fstatSync(this.#file);
    const bytes = Buffer.from(text);
    try {
      if (writeSync(this.#file, bytes) < bytes.length) throw new Error("the ledger's disk is full");
      fsyncSync(this.#file);
    } catch (error) {
      ftruncateSync(this.#file, size);
      throw error;
    }
  }

  #replay(text: string): readonly string[] {
    const complaints: string[] = [];
    for (const [index, line] of text.split("\n").entries()) {
      if (line === "") continue;
      try {
        const entry = parseEntry(line);
        if (entry.entry === "lease") this.#open.set(entry.armed.change.id, entry.armed);
        else this.#open.delete(entry.change);
      } catch (error) {
        complaints.push(`ledger line ${index + 1} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return complaints;
  }
}

/** We wrote it ourselves, so the shape is checked only as far as a torn or foreign line could deceive us. */
export function parseEntry(line: string): LedgerEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error("it is no JSON");
  }
  if (typeof value !== "object" || value === null || !("version" in value)) throw new Error("it is no ledger entry");
  if (value.version !== 1) throw new Error(`its version ${JSON.stringify(value.version)} is not known to this keeper`);
  if (!isEntry(value)) throw new Error("it is no ledger entry");
  return value;
}

function isEntry(value: object): value is LedgerEntry {
  if (!("entry" in value)) return false;
  if (value.entry === "release") return "change" in value && typeof value.change === "string";
  return value.entry === "lease" && "armed" in value && isArmed(value.armed);
}

export function isArmed(value: unknown): value is ArmedChange {
  return (
    typeof value === "object" &&
    value !== null &&
    "change" in value &&
    "at" in value &&
    typeof value.change === "object" &&
    value.change !== null &&
    "id" in value.change &&
    typeof value.change.id === "string" &&
    "undo" in value.change
  );
}
