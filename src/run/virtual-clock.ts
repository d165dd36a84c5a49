// A clock for the simulator: whenever nothing is left to do, time jumps to the next instant that somebody waits for. Same programme, same order, same instants.
import type { Clock } from "../model/clock.ts";

interface Waiter {
  readonly atMs: number;
  readonly wake: () => void;
}

/** `mayPass` holds time while something real, such as a file being written, is waited for. */
export function virtualClock(startedAt = "2000-01-01T00:00:00.000Z", mayPass: () => boolean = () => true): Clock {
  let nowMs = 0;
  let pumping = false;
  /** Sorted by instant; equal instants in the order of asking. */
  const waiters: Waiter[] = [];

  // A macrotask starts only after all promise reactions have run: then everybody waits, and time may pass.
  const pump = (): void => {
    if (!mayPass()) return void setImmediate(pump);
    const next = waiters.shift();
    pumping = next !== undefined;
    if (!next) return;
    nowMs = next.atMs;
    next.wake();
    setImmediate(pump);
  };
  const add = (waiter: Waiter): void => {
    const place = waiters.findIndex((other) => other.atMs > waiter.atMs);
    waiters.splice(place === -1 ? waiters.length : place, 0, waiter);
    if (pumping) return;
    pumping = true;
    setImmediate(pump);
  };

  return {
    startedAt,
    now: () => nowMs,
    until: async (atMs, signal) => {
      signal?.throwIfAborted();
      if (atMs <= nowMs) return;
      await new Promise<void>((resolve, reject) => {
        const abort = (): void => {
          const place = waiters.indexOf(waiter);
          if (place !== -1) waiters.splice(place, 1);
          reject(signal?.reason);
        };
        const waiter: Waiter = {
          atMs,
          wake: () => {
            signal?.removeEventListener("abort", abort);
            resolve();
          },
        };
        signal?.addEventListener("abort", abort, { once: true });
        add(waiter);
      });
    },
  };
}
