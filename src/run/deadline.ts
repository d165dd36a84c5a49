// No call to the outside may hang a run: the driver bounds each of its calls, and here stands the second fence, since an undo waits behind it.
import type { Clock } from "../model/clock.ts";
import { PlanefaultError } from "../model/error.ts";
import type { World } from "../model/world.ts";

/** Rejects with a sentence that names what was waited for. The work itself goes on, unheard. */
export async function withDeadline<T>(clock: Clock, limitMs: number, what: string, work: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = clock.until(clock.now() + limitMs, done.signal).then(
    () =>
      Promise.reject(
        new PlanefaultError("deadline", `no end of ${what} within ${limitMs / 1_000} s`, {
          hint: "see whether engine and machine are overloaded: planefault doctor",
        }),
      ),
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([work(), late]);
  } finally {
    done.abort();
  }
}

/** Longest time that each call may take, in milliseconds. Starting may build images; all else works on what runs. */
export const limitsMs = {
  start: 900_000,
  digest: 60_000,
  arm: 120_000,
  observe: 60_000,
  lease: 10_000,
  fire: 10_000,
  undo: 10_000,
  release: 10_000,
  /** A sample under way may take its deadline, one minute at most. */
  stopObserving: 100_000,
  disarm: 60_000,
  logs: 30_000,
  stop: 120_000,
} as const;

export function boundedWorld(world: World, clock: Clock): World {
  const within = <T>(call: keyof typeof limitsMs, what: string, work: () => Promise<T>, extraMs = 0): Promise<T> =>
    withDeadline(clock, limitsMs[call] + extraMs, what, work);
  return {
    kind: world.kind,
    start: (stack, progress, signal) => within("start", `the start of ${stack.name}`, () => world.start(stack, progress, signal)),
    digest: () => within("digest", "the digest", () => world.digest()),
    arm: (plan) => within("arm", "arming", () => world.arm(plan)),
    observe: (sink) => within("observe", "the start of the probes", () => world.observe(sink)),
    lease: (change) => within("lease", `the keeper's word for ${change}`, () => world.lease(change)),
    fire: (change, atMs) => within("fire", `the firing of ${change}`, () => world.fire(change, atMs), Math.max(0, atMs - clock.now())),
    undo: (change) => within("undo", `the undo of ${change}`, () => world.undo(change)),
    release: (change) => within("release", `the end of the lease of ${change}`, () => world.release(change)),
    stopObserving: () => within("stopObserving", "the end of the probes", () => world.stopObserving()),
    disarm: () => within("disarm", "disarming", () => world.disarm()),
    logs: () => within("logs", "the logs", () => world.logs()),
    stop: () => within("stop", "the stop of the target", () => world.stop()),
  };
}
