// Who came when: each session of an operator is recorded here when it is opened, whatever becomes of it, and shipped to the collector. What cannot be shipped waits, oldest first, up to a limit.
import { setTimeout as pause } from "node:timers/promises";

interface AuditRecord {
  readonly number: number;
  readonly action: string;
  readonly at: string;
}

const shipMs = 100;
const deadlineMs = 1_000;
const longest = 10_000;
const batch = 500;

export class Audit {
  readonly #replica: string;
  readonly #collector: string;
  #waiting: AuditRecord[] = [];
  /** Records that were given up because too many waited. */
  dropped = 0;

  constructor(replica: string, collector: string) {
    this.#replica = replica;
    this.#collector = collector;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  record(number: number, action: string): void {
    this.#waiting.push({ number, action, at: new Date().toISOString() });
    if (this.#waiting.length <= longest) return;
    this.#waiting.shift();
    this.dropped += 1;
  }

  async ship(): Promise<never> {
    for (;;) {
      const records = this.#waiting.slice(0, batch);
      if (records.length > 0 && (await this.#send(records))) this.#waiting = this.#waiting.slice(records.length);
      await pause(shipMs);
    }
  }

  async #send(records: readonly AuditRecord[]): Promise<boolean> {
    try {
      const response = await fetch(`${this.#collector}/audit/${this.#replica}`, {
        method: "POST",
        body: JSON.stringify(records),
        signal: AbortSignal.timeout(deadlineMs),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }
}
