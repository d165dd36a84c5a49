// How often canaries are sent: seldom where there are many streams, often enough in short changes.
import { expect } from "chai";
import { pace, type Unpaced } from "../../src/plan/canary-pace.ts";

const packets = (protocol: "any" | "udp"): Unpaced => ({
  kind: "packets",
  id: "w1",
  changes: ["c1"],
  at: { component: "server" },
  traffic: { from: { component: "user" }, network: "data", protocol, flows: "all", action: "drop", percent: 25 },
});
const stopped: Unpaced = { kind: "process", id: "w2", changes: ["c2"], at: { component: "server" } };

function everyMs(witnesses: readonly Unpaced[], ...lengthsMs: readonly number[]): number | undefined {
  const paced = pace(
    witnesses,
    lengthsMs.map((endMs) => ({ startMs: 0, endMs })),
  );
  return paced.map((witness) => (witness.kind === "packets" ? witness.everyMs : undefined)).find((ms) => ms !== undefined);
}
const many = (count: number, protocol: "any" | "udp") => Array.from({ length: count }, () => packets(protocol));

describe("the pace of canaries", () => {
  it("is fifty a second for the few streams of a simple fault", () => expect(everyMs([packets("any")], 20_000)).to.equal(20));
  it("is shared by many streams, of which a fault on any protocol has two", () => {
    expect(everyMs(many(12, "any"), 20_000)).to.equal(80);
    expect(everyMs(many(12, "udp"), 20_000)).to.equal(40);
  });
  it("leaves a hundred canaries to the shortest change, however many streams there are", () =>
    expect(everyMs(many(12, "any"), 20_000, 4_000)).to.equal(40));
  it("is never so slow that a loss after the undo would not be seen within two seconds", () =>
    expect(everyMs(many(60, "any"), 600_000)).to.equal(150));
  it("is so fast, where packets are held back, that others overtake them", () => {
    const [at, peer] = [{ component: "server" }, { component: "user" }];
    const common = { kind: "disturbance", id: "w1", changes: ["c1"], at, network: "data", peer, bystander: undefined } as const;
    const disturbance = { kind: "reorder", percent: 30, delayMs: 60 } as const;
    const paced = pace([{ ...common, disturbance }, ...many(12, "any")], [{ startMs: 0, endMs: 20_000 }]);
    expect(paced.map((witness) => "everyMs" in witness && witness.everyMs).slice(0, 2)).to.deep.equal([20, 83]);
    const [doubled] = pace([{ ...common, disturbance: { kind: "duplicate", percent: 30 } }], [{ startMs: 0, endMs: 20_000 }]);
    expect(doubled).to.include({ everyMs: 20 });
  });
  it("is nothing to other witnesses", () => expect(pace([stopped], [])).to.deep.equal([stopped]));
});
