// This replica's claim to be alive, as locks and leader elections are built on it: a key on a lease that is renewed all the time. Who cannot renew loses the key.
import { setTimeout as pause } from "node:timers/promises";
import type { Etcd, LeaseKeepAliveResponse } from "./etcd.ts";

const leaseSeconds = 10;
const renewMs = 500;

export class Lock {
  readonly #etcd: Etcd;
  readonly #key: string;
  /** Wall time in milliseconds at which etcd confirmed the last renewal; 0 before the first. */
  renewedAt = 0;
  renewals = 0;
  /** Leases that ran out, or whose stream broke, and were taken anew. */
  lost = 0;

  constructor(etcd: Etcd, key: string) {
    this.#etcd = etcd;
    this.#key = key;
  }

  async hold(): Promise<never> {
    for (;;) {
      try {
        const lease = await this.#etcd.grant(leaseSeconds);
        await this.#etcd.put(this.#key, JSON.stringify(true), lease);
        await this.#renew(lease);
      } catch (error) {
        console.warn(`lock lost: ${error instanceof Error ? error.message : String(error)}`);
        this.lost += 1;
      }
      await pause(renewMs);
    }
  }

  async #renew(lease: string): Promise<never> {
    const { promise, reject } = Promise.withResolvers<never>();
    const stream = this.#etcd.keepAlive();
    stream.on("data", (response: LeaseKeepAliveResponse) => {
      if (Number(response.TTL) <= 0) return reject(new Error("the lease has expired"));
      this.renewals += 1;
      this.renewedAt = Date.now();
    });
    stream.on("error", reject);
    stream.on("end", () => reject(new Error("ended by etcd")));
    const timer = setInterval(() => stream.write({ ID: lease }), renewMs);
    try {
      return await promise;
    } finally {
      clearInterval(timer);
      stream.cancel();
    }
  }
}
