// net.reorder: which share is held back for how long, so that others overtake it.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const reorder = (options: string): string => `{ kind: net.reorder, on: app, to: user, ${options} }`;

describe("net.reorder", () => {
  it("holds a share of what leaves for the peer back, and its canaries are close enough to overtake", () => {
    const { sentence, changes, witnesses } = compiled(reorder("percent: 25, delay: 60ms"));
    expect(sentence).to.equal("hold 25 % of the packets from app to user back for 60ms, so that those behind overtake them");
    const disturbance = { kind: "reorder", percent: 25, delayMs: 60 };
    expect(changes[0]?.apply).to.deep.include({ op: "packets.disturb", disturbance });
    expect(witnesses[0]).to.deep.include({ kind: "disturbance", disturbance, everyMs: 20 });
    expect(compiled(reorder("percent: 25")).sentence).to.contain("for 100ms");
  });
  it("refuses to hold back all packets, which would overtake each other no more, or few, or for too short a time", () => {
    for (const options of ["percent: 91", "percent: 9", "percent: 50, delay: 59ms", "percent: 50, delay: 1001ms"])
      expect(refusals(reorder(options)), options).to.have.length(1);
    for (const options of ["percent: 90", "percent: 10", "percent: 50, delay: 1s"])
      expect(refusals(reorder(options)), options).to.deep.equal([]);
  });
});
