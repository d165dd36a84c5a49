// What this replica knows: a copy of everything below /app/, kept fresh by a watch on its own etcd member. Readers are served from it even while the watch is down.
import { setTimeout as pause } from "node:timers/promises";
import type { Etcd, KeyValue, WatchResponse } from "./etcd.ts";

export interface Entry {
  readonly value: unknown;
  readonly version: number;
}

export const prefix = "/app/";
const retryMs = 250;

export const entryOf = (kv: KeyValue): Entry => ({ value: JSON.parse(kv.value.toString()), version: Number(kv.version) });

export class Cache {
  readonly #entries = new Map<string, Entry>();
  readonly #etcd: Etcd;
  readonly #filled = Promise.withResolvers<void>();
  /** The watch is open and was created by etcd. */
  watching = false;

  constructor(etcd: Etcd) {
    this.#etcd = etcd;
  }

  /** `name` is "items/1" or "flags/x". */
  get(name: string): Entry | undefined {
    return this.#entries.get(name);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Resolves with the first copy. */
  get filled(): Promise<void> {
    return this.#filled.promise;
  }

  /** Copies, then watches, for ever: a lost watch starts again from a new copy. */
  async follow(): Promise<never> {
    for (;;) {
      try {
        const { header, kvs } = await this.#etcd.list(prefix);
        for (const kv of kvs) this.#take("PUT", kv);
        this.#filled.resolve();
        await this.#watchFrom(BigInt(header.revision) + 1n);
      } catch (error) {
        console.warn(`watch lost: ${error instanceof Error ? error.message : String(error)}`);
      }
      this.watching = false;
      await pause(retryMs);
    }
  }

  async #watchFrom(revision: bigint): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    const stream = this.#etcd.watch(prefix, revision);
    stream.on("data", (response: WatchResponse) => {
      if (response.canceled) reject(new Error(response.cancel_reason || "canceled"));
      if (response.created) this.watching = true;
      for (const event of response.events) this.#take(event.type, event.kv);
    });
    stream.on("error", reject);
    stream.on("end", () => reject(new Error("ended by etcd")));
    try {
      await promise;
    } finally {
      stream.cancel();
    }
  }

  #take(type: "PUT" | "DELETE", kv: KeyValue): void {
    const name = kv.key.toString().slice(prefix.length);
    if (type === "DELETE") this.#entries.delete(name);
    else this.#entries.set(name, entryOf(kv));
  }
}
