// The keeper's memory: open leases as typed data, one JSON line each, on the disk before anybody is told so. It survives the keeper.
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import type { ArmedChange } from "../model/identity.ts";
import type { LedgerEntry } from "../model/keeper-protocol.ts";

export class Ledger {
  readonly #file: number;
  readonly #open = new Map<string, ArmedChange>();
  /** What could not be read, for the log. */
  readonly complaints: readonly string[];

  constructor(path: string) {
    this.#file = openSync(path, "a+", 0o600);
    const text = readFileSync(path, "utf8");
    this.complaints = this.#replay(text);
    // A torn last record would swallow the next one.
    if (text !== "" && !text.endsWith("\n")) this.#write("\n");
  }

  get leases(): readonly ArmedChange[] {
    return [...this.#open.values()];
  }

  lease(armed: ArmedChange): void {
    this.#append({ version: 1, entry: "lease", armed });
    this.#open.set(armed.change.id, armed);
  }

  /** With nothing open the file starts anew, so that it does not grow for ever. */
  release(change: string): void {
    if (!this.#open.has(change)) return;
    this.#append({ version: 1, entry: "release", change });
    this.#open.delete(change);
    if (this.#open.size > 0 || this.complaints.length > 0) return;
    ftruncateSync(this.#file);
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }

  #append(entry: LedgerEntry): void {
    this.#write(`${JSON.stringify(entry)}\n`);
  }

  #write(text: string): void {
    writeSync(this.#file, text);
    fsyncSync(this.#file);
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
        complaints.push(`ledger line ${index + 1} is ignored: ${error instanceof Error ? error.message : String(error)}`);
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
    throw new Error("it was torn while being written");
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
