// Makes the n-th call to a world go wrong: the way to ask of every single call what happens to the run when it fails.
import type { World } from "../../model/world.ts";

export interface Mishap {
  /** 1-based. */
  readonly call: number;
  /** "before": it fails and nothing was done. "after": it was done, but the answer is lost. "hang": no answer ever comes. */
  readonly how: "before" | "after" | "hang";
}

export interface CountedWorld extends World {
  /** Names of the calls so far. */
  readonly calls: readonly string[];
}

export function withMishap(world: World, mishap?: Mishap): CountedWorld {
  const calls: string[] = [];
  const call = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const hit = calls.push(name) === mishap?.call;
    if (hit && mishap.how === "before") throw new Error(`call ${mishap.call} (${name}) failed`);
    if (hit && mishap.how === "hang") return new Promise<T>(() => {});
    const result = await work();
    if (hit) throw new Error(`the answer of call ${mishap.call} (${name}) was lost`);
    return result;
  };
  return {
    kind: world.kind,
    calls,
    start: (stack, progress, signal) => call("start", () => world.start(stack, progress, signal)),
    digest: () => call("digest", () => world.digest()),
    arm: (plan) => call("arm", () => world.arm(plan)),
    observe: (sink) => call("observe", () => world.observe(sink)),
    lease: (change) => call(`lease ${change}`, () => world.lease(change)),
    fire: (change, atMs) => call(`fire ${change}`, () => world.fire(change, atMs)),
    undo: (change) => call(`undo ${change}`, () => world.undo(change)),
    release: (change) => call(`release ${change}`, () => world.release(change)),
    stopObserving: () => call("stopObserving", () => world.stopObserving()),
    disarm: () => call("disarm", () => world.disarm()),
    logs: () => call("logs", () => world.logs()),
    stop: () => call("stop", () => world.stop()),
  };
}
