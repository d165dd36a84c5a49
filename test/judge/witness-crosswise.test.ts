// A throttled disk and held syncs look the same to every probe: each witness must see its own fault alone, whatever the other one does to the writes.
import { expect } from "chai";
import type { Witness } from "../../src/model/witness.ts";
import { partAt, times } from "./journal-builder.ts";
import { stateOf } from "./witness-state.ts";

const common = { id: "w1", changes: ["c1"], at: { component: "etcd-1" } } as const;
const throttle: Witness = { kind: "disk", ...common, volume: "data", writeIops: 20 };
const delay: Witness = { kind: "sync", ...common, asked: { delayMs: 500 } };
const isFault = (at: number): boolean => partAt(at) === "fault" && at > times.fault;

/** What both witnesses would read of one world: the canary and the group's operations of the one, the traced calls of the other. */
const world = (what: "throttle" | "delay") => (at: number) => {
  const acts = isFault(at);
  const perSecond = acts ? (what === "throttle" ? 19 : 2) : 90;
  const since = Math.max(0, Math.min(at, times.undone) - times.fault);
  const ios = acts || at >= times.undone ? 90 * (times.fault / 1_000) + (perSecond * since) / 1_000 : (90 * at) / 1_000;
  const traced = what === "delay" && acts ? 1 : 0;
  return {
    writeMs: what === "throttle" && acts ? 900 : 2,
    bystanderMs: 2,
    ios,
    calls: traced,
    failed: 0,
    ...(traced === 1 ? { shortestMs: 501 } : {}),
    traced,
    halted: 0,
    sameStart: 1,
  };
};

describe("one symptom and two causes", () => {
  it("each witness sees its own fault", () => {
    expect(stateOf(throttle, world("throttle"))).to.equal("acted gone fair");
    expect(stateOf(delay, world("delay"))).to.equal("acted gone fair");
  });
  it("syncs that are held are no throttle: our own write in the group is as quick as ever", () =>
    expect(stateOf(throttle, world("delay"))).to.equal("idle gone fair"));
  it("a throttled disk holds up no call: nobody traces the process, however slow its syncs are", () =>
    expect(stateOf(delay, world("throttle"))).to.equal("idle gone fair"));
});
