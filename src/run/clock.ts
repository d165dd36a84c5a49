// The run's real clock: monotonic milliseconds since its start. Wall time is kept once, for people.
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../model/clock.ts";

export interface MonotonicClock extends Clock {
  /** The machine's monotonic reading of offset 0: agents on the same kernel share it. */
  readonly originNs: bigint;
}

/** Longest single timer: Node takes larger ones for 1 ms. */
const longestTimerMs = 2 ** 31 - 1;

export function monotonicClock(): MonotonicClock {
  const originNs = process.hrtime.bigint();
  const now = (): number => Number(process.hrtime.bigint() - originNs) / 1e6;
  return {
    originNs,
    startedAt: new Date().toISOString(),
    now,
    async until(atMs, signal) {
      signal?.throwIfAborted();
      // A timer may end up to 1 ms early, hence the loop.
      for (let leftMs = atMs - now(); leftMs > 0; leftMs = atMs - now()) {
        try {
          await delay(Math.min(Math.max(1, leftMs), longestTimerMs), undefined, signal ? { signal } : {});
        } catch (error) {
          signal?.throwIfAborted();
          throw error;
        }
      }
    },
  };
}
