import { expect } from "chai";
import { enteredBy } from "../../../src/drivers/docker/entered.ts";
import { packets, packetsWitness, pause, pauseWitness, rate, rateWitness } from "../contract-plans.ts";

describe("whom a run stands beside", () => {
  it("are the places of its changes, and the ends of its witnesses without any power", () => {
    expect(enteredBy({ changes: [], witnesses: [] })).to.deep.equal({ acts: [], looks: [] });
    expect(enteredBy({ changes: [pause()], witnesses: [pauseWitness] })).to.deep.equal({ acts: ["store"], looks: [] });
    expect(enteredBy({ changes: [packets(1_000)], witnesses: [packetsWitness] })).to.deep.equal({ acts: ["server"], looks: ["user"] });
    expect(enteredBy({ changes: [rate], witnesses: [rateWitness] })).to.deep.equal({ acts: ["server"], looks: ["user"] });
  });

  it("never look where they act", () => {
    const back = packets(1_000, "c2", { from: { component: "server" } });
    const there = { ...back, apply: { ...back.apply, at: { component: "user" } } };
    expect(enteredBy({ changes: [packets(1_000), there], witnesses: [] })).to.deep.equal({ acts: ["server", "user"], looks: [] });
  });
});
