// Makes single calls to a world go wrong: the way to ask of every call what happens to the run when it fails.
import type { World } from "../../model/world.ts";

export interface Mishap {
  /** 1-based. */
  readonly call: number;
  /** "before": it fails and nothing was done. "after": it was done, but the answer is lost. "hang": no answer ever comes. */
  readonly how: "before" | "after" | "hang";
  /** So are all calls after it: what is asked has gone away for good. */
  readonly onwards?: true;
}

/** `onCall` hears the name of each call before anything is done. */
export function withMishaps(world: World, mishaps: readonly Mishap[], onCall: (name: string) => void): World {
  let calls = 0;
  const call = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    calls += 1;
    const number = calls;
    onCall(name);
    const how = mishaps.find((one) => one.call === number || (one.onwards && one.call < number))?.how;
    if (how === "before") throw new Error(`call ${number} (${name}) failed`);
    if (how === "hang") return new Promise<T>(() => {});
    const result = await work();
    if (how === "after") throw new Error(`the answer of call ${number} (${name}) was lost`);
    return result;
  };
  return {
    kind: world.kind,
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
