// Rates: trains of canaries that come as slowly as asked, no slower without a cause, and fast again afterwards.
import { expect } from "chai";
import type { WitnessRow } from "../../src/model/record.ts";
import type { Witness } from "../../src/model/witness.ts";
import { partAt, times } from "./journal-builder.ts";
import { leaksSeen, stateOf } from "./witness-state.ts";

const witness: Witness = {
  kind: "rate",
  id: "w1",
  changes: ["c1"],
  at: { component: "app-1" },
  network: "data",
  peer: { component: "user" },
  bitsPerSecond: 1e6,
};
const trains =
  (during: number, elsewhere = 50e6, left = during) =>
  (at: number): WitnessRow[1] => ({
    tookMs: 40,
    bitsPerSecond: partAt(at) === "fault" && at > times.fault ? during : elsewhere,
    leftBitsPerSecond: left,
  });

describe("rate witness", () => {
  it("acts where trains come at the asked rate and came faster before", () => {
    expect(stateOf(witness, trains(1e6))).equal("acted gone fair");
    expect(stateOf(witness, trains(0.75e6))).equal("acted gone fair");
  });
  it("does not act where they come faster, or much slower than asked", () => {
    expect(stateOf(witness, trains(1.2e6))).equal("idle gone fair");
    expect(stateOf(witness, trains(50e6))).equal("idle gone fair");
    expect(stateOf(witness, trains(0.6e6))).equal("idle gone fair");
  });
  it("acts where they are slow because others take the rest of the asked rate", () =>
    expect(stateOf(witness, trains(0.1e6, 50e6, 0.95e6))).equal("acted gone fair"));
  it("does not act, nor is gone, where the path is no faster by itself", () =>
    expect(stateOf(witness, trains(1e6, 1.2e6))).equal("idle there fair"));
  it("proves no leak by a slow train or two of a run that ended at once, and by more of them one", () => {
    const slowFor = (ms: number) => (at: number) => (at > times.undone + ms ? undefined : trains(1e6, at < times.fault ? 50e6 : 1e6)(at));
    expect(leaksSeen(witness, slowFor(2_500))).to.deep.equal([]);
    expect(leaksSeen(witness, slowFor(20_000))).to.have.length(1);
  });
  it("has not been seen without trains before, during and after", () => {
    const seen = trains(1e6);
    const without = (part: string) => (at: number) => (partAt(at) === part ? { leftBitsPerSecond: 0.2e6 } : seen(at));
    expect(stateOf(witness, without("baseline"))).equal("idle gone fair");
    expect(stateOf(witness, without("fault"))).equal("idle gone fair");
    expect(stateOf(witness, without("recovery"))).equal("acted there fair");
    expect(stateOf(witness, (at) => (at > 15_000 && at < 25_000 ? { leftBitsPerSecond: 0.2e6 } : seen(at)))).equal("idle gone fair");
  });
  it("acts where nothing but others' traffic gets through, in each look as much of it as asked", () => {
    const jam =
      (left: number, once = left) =>
      (at: number) => {
        if (partAt(at) !== "fault") return trains(50e6)(at);
        return { leftBitsPerSecond: at >= 15_000 && at < 16_000 ? once : left };
      };
    expect(stateOf(witness, jam(1e6))).equal("acted gone fair");
    expect(stateOf(witness, jam(0.6e6))).equal("idle gone fair");
    expect(stateOf(witness, jam(1e6, 0.6e6))).equal("idle gone fair");
    expect(stateOf(witness, jam(1e6, 1.2e6))).equal("idle gone fair");
  });
  it("does not count a train that was under way when the limit came", () => {
    const seen = trains(1e6);
    const long = (at: number) => (at > times.fault && at < 24_000 ? { tookMs: at - 10_900, bitsPerSecond: 50e6 } : seen(at));
    expect(stateOf(witness, long)).equal("acted gone fair");
  });
});
