// Held and failing syncs, squeezed processors on the model: who gets slow, who fails, and who notices nothing.
import { expect } from "chai";
import type { Op } from "../../../src/model/op.ts";
import { samplePlan } from "../../run/sample-plan.ts";
import { phaseAt, samplesOf, simulate } from "../../run/simulate.ts";

const phases = { baselineMs: 2_000, faultMs: 6_000, recoveryMs: 6_000 };
const members = ["etcd-1", "etcd-2", "etcd-3"];

/** Median and outcomes of one instance under the fault. */
async function under(apply: (component: string) => Op, undo: "sync.pass" | "cpu.restore", components: readonly string[], instance: string) {
  const changes = components.map((component) => ({
    apply: apply(component),
    undo: { op: undo, at: { component } },
    holder: "agent" as const,
  }));
  const { records } = (await simulate(samplePlan(changes, { phases }))).journal;
  const rows = samplesOf(records, instance, phaseAt(records, "hold", "begin"), phaseAt(records, "undo", "begin"));
  const times = rows.map(([, ms]) => ms).toSorted((one, other) => one - other);
  return { medianMs: times[times.length >> 1] ?? 0, outcomes: new Set(rows.map(([, , outcome]) => outcome)) };
}
const delay = (component: string): Op => ({ op: "sync.delay", at: { component }, delayMs: 500 });
const fail = (component: string): Op => ({ op: "sync.fail", at: { component }, error: "EIO", every: 1 });
const squeeze = (component: string): Op => ({ op: "cpu.limit", at: { component }, cpus: 0.1, workers: 2 });

describe("pressure on the model", () => {
  it("held syncs of all members make writes crawl, none fails, and users notice nothing", async () => {
    const puts = await under(delay, "sync.pass", members, "put-flag@app-1");
    expect(puts.medianMs).to.be.within(1_400, 3_000);
    expect(puts.outcomes).to.deep.equal(new Set(["ok"]));
    expect((await under(delay, "sync.pass", members, "item-read@app-1")).medianMs).to.be.below(10);
  });
  it("held syncs of a follower slow down only those that it serves", async () => {
    expect((await under(delay, "sync.pass", ["etcd-2"], "put-flag@app-1")).medianMs).to.be.below(50);
    expect((await under(delay, "sync.pass", ["etcd-2"], "put-flag@app-2")).medianMs).to.be.above(1_000);
  });
  it("a member whose syncs fail serves nobody", async () => {
    expect((await under(fail, "sync.pass", ["etcd-2"], "put-flag@app-1")).outcomes).to.deep.equal(new Set(["ok"]));
    expect((await under(fail, "sync.pass", ["etcd-2"], "put-flag@app-2")).outcomes).not.to.include("ok");
  });
  it("a squeezed application serves slowly", async () => {
    expect((await under(squeeze, "cpu.restore", ["app-1"], "item-read@app-1")).medianMs).to.be.within(20, 60);
    expect((await under(squeeze, "cpu.restore", ["app-1"], "item-read@app-2")).medianMs).to.be.below(10);
  });
});
