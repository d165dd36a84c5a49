// net.duplicate: which share leaves twice, and what it refuses.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const duplicate = (options: string): string => `{ kind: net.duplicate, on: app, to: user, ${options} }`;

describe("net.duplicate", () => {
  it("doubles a share of what leaves for the peer", () => {
    const { sentence, changes, witnesses } = compiled(duplicate("percent: 40"));
    expect(sentence).to.equal("send 40 % of the packets from app to user twice");
    const disturbance = { kind: "duplicate", percent: 40 };
    expect(changes[0]?.apply).to.deep.include({ op: "packets.disturb", network: "data", disturbance });
    expect(witnesses[0]).to.deep.include({ kind: "disturbance", disturbance });
  });
  it("refuses a share that could not be told from none", () => {
    for (const percent of ["9", "101"]) expect(refusals(duplicate(`percent: ${percent}`)), percent).to.have.length(1);
    for (const percent of ["10", "100", "12.5"]) expect(refusals(duplicate(`percent: ${percent}`)), percent).to.deep.equal([]);
  });
});
