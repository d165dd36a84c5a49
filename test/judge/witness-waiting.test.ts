// The kernel's own account of who waited in the faulted group, where it keeps one (cgroup v2): it can refute, and it is said.
import { expect } from "chai";
import { diskPressure, throttled, times } from "./journal-builder.ts";
import { sentenceOf, stateOf } from "./witness-state.ts";

describe("the time that somebody in the group waited", () => {
  const [witness] = diskPressure.witnesses;
  if (witness?.kind !== "disk") throw new Error("the plan has a disk witness");
  it("does not act where the kernel says that nobody in the group waited; where it keeps no such account, that decides nothing", () => {
    const waiting = (waitedMs: (at: number) => number) => (at: number) => ({ ...throttled(witness, at), waitedMs: waitedMs(at) });
    const rising = waiting((at) => Math.max(0, at - times.fault) * 0.9);
    expect(stateOf(witness, rising)).equal("acted gone fair");
    expect(sentenceOf(witness, rising)).to.contain("; somebody in its group waited for it 90 % of the time (0 % before)");
    const never = waiting(() => 7);
    expect(stateOf(witness, never)).equal("idle gone fair");
    expect(sentenceOf(witness, (at) => throttled(witness, at))).not.to.contain("waited");
    const late = (at: number) => (at <= times.fault ? throttled(witness, at) : rising(at));
    expect(sentenceOf(witness, late)).to.contain("waited for it 90 % of the time (unknown before)");
    const once = (at: number) => (at === 20_000 ? rising(at) : throttled(witness, at));
    expect(stateOf(witness, once)).equal("acted gone fair");
  });
});
