import { expect } from "chai";
import { Tally } from "../../../src/agent/witness/tally.ts";

describe("tally", () => {
  it("counts by the window of sending, and says when the window ended", () => {
    const tally = new Tally(["canary", "bystander"]);
    tally.sent("canary", 1, 10);
    tally.sent("canary", 2, 190);
    tally.sent("bystander", 2, 190);
    tally.sent("canary", 3, 210);
    tally.received("canary", 2, 230);
    tally.received("canary", 3, 230);
    tally.received("bystander", 2, 230);
    expect(tally.finished(699)).to.deep.equal([]);
    expect(tally.finished(900)).to.deep.equal([
      [200, { sent: 2, received: 1, bystanderSent: 1, bystanderReceived: 1 }],
      [400, { sent: 1, received: 1, bystanderSent: 0, bystanderReceived: 0 }],
    ]);
    expect(tally.finished(2_000)).to.deep.equal([]);
  });

  it("counts an answer once, and one after the deadline or to nobody not at all", () => {
    const tally = new Tally(["canary", "bystander"]);
    tally.sent("canary", 1, 0);
    tally.sent("canary", 2, 0);
    for (const [number, at] of [
      [1, 5],
      [1, 6],
      [2, 501],
      [3, 7],
    ] as const)
      tally.received("canary", number, at);
    expect(tally.finished(701)[0]?.[1]["received"]).to.equal(1);
  });

  it("counts connections by themselves", () => {
    const tally = new Tally(["canary", "connection"]);
    tally.sent("canary", 1, 0);
    tally.sent("connection", 1, 0);
    tally.received("canary", 1, 5);
    expect(tally.finished(701)).to.deep.equal([[200, { sent: 1, received: 1, connectionSent: 1, connectionReceived: 0 }]]);
  });

  it("takes back what could not leave", () => {
    const tally = new Tally(["canary", "bystander"]);
    tally.sent("canary", 1, 0);
    tally.unsent("canary", 1);
    expect(tally.finished(701)[0]?.[1]["sent"]).to.equal(0);
  });
});
