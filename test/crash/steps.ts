// Follows the journal of a run of somebody else's while it is written: the steps, which are the records that are no samples.
import { closeSync, globSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { JournalRecord } from "../../src/model/record.ts";

const samples = new Set(["samples", "claims", "witness", "twin", "evidence"]);

export class Steps implements Disposable {
  readonly #reports: string;
  readonly #chunk = Buffer.alloc(2 ** 20);
  #file: number | undefined;
  #rest = "";
  /** Their types, as far as the journal is written. */
  readonly taken: string[] = [];
  /** The last one that began. */
  phase = "";
  /** Changes that were fired and whose undo was not seen. */
  readonly acting = new Set<string>();
  #startedAtMs = 0;
  /** Of the first shot, by the wall clock. */
  shotAtMs: number | undefined;

  constructor(reports: string) {
    this.#reports = reports;
  }

  /** Reads what has come since the last look. */
  look(): void {
    this.#file ??= this.#open();
    if (this.#file === undefined) return;
    for (let size = readSync(this.#file, this.#chunk); size > 0; size = readSync(this.#file, this.#chunk)) {
      const lines = (this.#rest + this.#chunk.toString("utf8", 0, size)).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) {
        const type = /^\{"type":"(\w+)"/u.exec(line)?.[1];
        if (type === undefined || samples.has(type)) continue;
        this.taken.push(type);
        this.#take(JSON.parse(line) as JournalRecord);
      }
    }
  }

  #take(record: JournalRecord): void {
    if (record.type === "run") this.#startedAtMs = Date.parse(record.startedAt);
    if (record.type === "phase") this.phase = record.phase;
    if (record.type === "fired") {
      this.shotAtMs ??= this.#startedAtMs + record.scheduledAt;
      this.acting.add(record.change);
    }
    if (record.type === "undone" && record.answer === "done") this.acting.delete(record.change);
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #open(): number | undefined {
    const [journal] = globSync("*/journal.ndjson", { cwd: this.#reports, exclude: ["latest"] });
    return journal === undefined ? undefined : openSync(join(this.#reports, journal), "r");
  }
}
