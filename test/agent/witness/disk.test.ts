import { expect } from "chai";
import { canarySchedule } from "../../../src/agent/witness/disk.ts";

/** Fired at 2.5 s, undone at 13 s. */
const fired = (now: number): number | undefined => (now >= 2_500 && now < 13_000 ? 2_500 : undefined);

describe("canary schedule of the disk witness", () => {
  it("is every tick while nothing acts, and two while the limit acts", () => {
    const due = canarySchedule(10_000);
    const ticks = Array.from({ length: 16 }, (_, index) => index * 1_000);
    expect(ticks.filter((now) => due(now, fired(now)))).to.deep.equal([0, 1_000, 2_000, 3_000, 9_000, 13_000, 14_000, 15_000]);
  });
});
