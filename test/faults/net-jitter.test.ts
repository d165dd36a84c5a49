// net.jitter: a time of its own for each packet, from the least to the most.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const jitter = (options: string): string => `{ kind: net.jitter, on: app, to: user, ${options} }`;

describe("net.jitter", () => {
  it("holds each packet back for a time of its own", () => {
    const { sentence, changes, needs } = compiled(jitter("jitter: 80ms, delay: 20ms"));
    expect(sentence).to.equal("hold each packet that app sends to user back for a time of its own between 20ms and 100ms");
    expect(changes.map(({ apply }) => "disturbance" in apply && apply.disturbance)).to.deep.equal([
      { kind: "delay", delayMs: 20, spreadMs: 80 },
    ]);
    expect(needs).to.deep.equal(["netem"]);
  });
  it("starts from nothing by itself", () => {
    const { sentence, witnesses } = compiled(jitter("jitter: 80ms"));
    expect(sentence).to.contain("between 0ms and 80ms");
    expect(witnesses[0]).to.deep.include({ kind: "disturbance", disturbance: { kind: "delay", delayMs: 0, spreadMs: 80 } });
  });
  it("refuses what would outlast its undo with its delay", () => {
    expect(refusals(jitter("jitter: 600ms, delay: 500ms"))).to.deep.equal([
      "out-of-range: a packet would be held back for up to 1.1s: at most 1s with its jitter",
    ]);
    expect(refusals(jitter("jitter: 500ms, delay: 500ms"))).to.deep.equal([]);
    expect(refusals(jitter("jitter: 5ms"))).to.have.length(1);
    expect(refusals(jitter("delay: 50ms"))).to.deep.equal(['missing-option: net.jitter needs the option "jitter"']);
  });
});
