// ICMP echoes with the fping of the toolbox on a real network: answers, silence, refusals and an address that nobody has.
import { expect } from "chai";
import type { ProbeInstance } from "../../../src/model/probe.ts";
import type { Sample } from "../../../src/model/record.ts";
import { eventually } from "../agent-container.ts";
import { PacketsBench } from "../packets-bench.ts";
import { commandOf, counts, probe } from "./fixture.ts";

const deadlineMs = 300;
const icmp = (component: string): ProbeInstance =>
  probe({ kind: "icmp", peer: { component, network: "data" }, sizeBytes: 56 }, { instance: component, component, everyMs: 20, deadlineMs });

describe("icmp probe in containers", function () {
  this.timeout(60_000);
  let bench: PacketsBench;
  before(async () => {
    bench = await PacketsBench.open();
  });
  after(async () => await bench.close());

  it("is ok, late while packets are dropped, failed while they are refused; an address that nobody has never answers", async () => {
    const absent = (bench.addresses["place"]?.["data"] ?? "").replace(/\.\d+$/u, ".200");
    const rows = (instance: string): readonly Sample[] =>
      bench.agent("peer").records.flatMap((record) => (record.type === "samples" && record.instance === instance ? record.rows : []));
    const between = (from: number, to: number): readonly Sample[] => rows("place").filter(([at]) => at >= from && at < to);
    const kinds = (found: readonly Sample[]): readonly string[] => Object.keys(counts(found)).filter((word) => word !== "missed");
    const spans = { holdMs: 1_000, leaseMs: 1_000 };
    await bench.arm(bench.block("c1", spans));
    await bench.arm(bench.block("c2", spans, { traffic: { action: "reject" } }));
    await bench
      .agent("peer")
      .ask(commandOf([icmp("place"), icmp("absent")], { addresses: { ...bench.addresses, absent: { data: absent } }, vantage: "peer" }));
    await eventually("twenty answers", 10_000, () => rows("place").length >= 20);
    expect(kinds(rows("place"))).to.deep.equal(["ok"]);
    // Linux sends six refusals at once and then one a second: what it leaves out is silence.
    for (const [id, ...expected] of [
      ["c1", "late"],
      ["c2", "failed", "late"],
    ] as const) {
      const at = await bench.agent("place").fire(id, bench.now() + 50);
      await eventually(`what comes after ${id}`, 10_000, () => between(at + 1_200, Infinity).length >= 10);
      expect(kinds(between(at + 5, at + 900)), id).to.have.members(expected);
      expect(kinds(between(at + 1_200, Infinity)), `after ${id}`).to.deep.equal(["ok"]);
    }
    expect(rows("place").find(([, , outcome]) => outcome === "failed")?.[3]).to.equal(
      `Port Unreachable from ${bench.addresses["place"]?.["data"]}`,
    );
    await bench.agent("peer").ask({ do: "quiet" });
    expect(kinds(rows("absent")).filter((word) => word !== "late" && word !== "failed")).to.deep.equal([]);
    // Late ones come in a later batch.
    const scheduled = rows("place").map(([at]) => at);
    const taken = (Math.max(...scheduled) - Math.min(...scheduled)) / 20 + 1;
    expect(scheduled.length, "samples of an unbroken schedule").to.be.closeTo(taken, 3);
  });
});
