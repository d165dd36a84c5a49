import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { Sample } from "../../src/model/record.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { Change } from "../../src/model/op.ts";
import { lost, samplePlan, slowDisk, stopped } from "./sample-plan.ts";
import { instead, of, phaseAt, samplesOf, type Setting, simulate } from "./simulate.ts";

const short = { phases: { baselineMs: 2_000, faultMs: 4_000, recoveryMs: 4_000 } };
const during = async (plan: Plan, instance: string) => {
  const { end, journal } = await simulate(plan);
  expect(end).to.include({ outcome: "completed", reason: undefined });
  expect(end.leaked).to.deep.equal([]);
  expect(end.undoNotProved).to.deep.equal([]);
  return samplesOf(journal.records, instance, phaseAt(journal.records, "hold", "begin"), phaseAt(journal.records, "undo", "begin"));
};

describe("conduct", () => {
  it("goes through the phases in their order", async () => {
    const { journal } = await simulate(samplePlan([slowDisk("etcd-1", 20)], short));
    expect(of(journal.records, "phase").map(({ phase, edge }) => `${phase} ${edge}`)).to.deep.equal(
      ["start", "arm", "baseline", "fire", "hold", "undo", "recover", "audit", "stop"].flatMap((phase) => [
        `${phase} begin`,
        `${phase} end`,
      ]),
    );
    expect(journal.records[0]?.type).to.equal("run");
    expect(journal.records.at(-1)?.type).to.equal("end");
    expect(of(journal.records, "digest").map(({ when }) => when)).to.deep.equal(["before", "after"]);
  });

  it("slow disks of all members make changes slow and leave reads alone", async () => {
    const plan = samplePlan(
      [1, 2, 3].map((n) => slowDisk(`etcd-${n}`, 20)),
      short,
    );
    expect((await during(plan, "put-flag@app-2")).every(([, tookMs, outcome]) => outcome === "ok" && tookMs > 500)).to.equal(true);
    expect((await during(plan, "item-read@app-1")).every(([, tookMs, outcome]) => outcome === "ok" && tookMs < 25)).to.equal(true);
  });

  it("a stopped majority makes changes late and its members silent", async () => {
    const plan = samplePlan([stopped("etcd-2"), stopped("etcd-3")], short);
    const { journal } = await simulate({ ...plan, phases: { ...plan.phases, recoveryMs: 12_000 } });
    const { records } = journal;
    const held = [phaseAt(records, "hold", "begin"), phaseAt(records, "undo", "begin")] as const;
    expect(samplesOf(records, "put-flag@app-1", ...held).every(([, , outcome]) => outcome === "late")).to.equal(true);
    const claims = of(records, "claims")
      .filter(({ instance }) => instance === "etcd-health@etcd-2")
      .flatMap(({ rows }) => rows)
      .filter(([at]) => at > held[0] + 1 && at < held[1] - 2_000);
    expect(new Set(claims.map(([, , claim]) => claim))).to.deep.equal(new Set(["silent"]));
  });

  it("lost packets make reads late, a rejected port refuses", async () => {
    expect(
      (await during(samplePlan([lost("user", "app-1", "data", 30)], short), "item-read@app-1")).filter(
        ([, , outcome]) => outcome === "late",
      ).length,
    ).to.be.greaterThan(10);
    expect(
      (await during(samplePlan([lost("admin", "etcd-1", "mgmt", 100, 22, "reject")], short), "ssh-banner@etcd-1")).every(
        ([, , outcome, why]) => outcome === "failed" && why === "ECONNREFUSED",
      ),
    ).to.equal(true);
  });

  it("a plan without changes completes", async () => {
    expect((await during(samplePlan([], short), "put-flag@app-1")).every(([, , outcome]) => outcome === "ok")).to.equal(true);
  });

  it("has the undo on disk and with the keeper before each shot, and shoots at one instant ahead", async () => {
    const { journal, sim } = await simulate(
      samplePlan([slowDisk("etcd-1", 20), stopped("etcd-2"), { ...stopped("etcd-3"), startMs: 1_500 }], short),
    );
    const { records } = journal;
    for (const fired of of(records, "fired")) {
      const leased = records.findIndex((record) => record.type === "lease" && record.change === fired.change && record.state === "taken");
      const shot = records.indexOf(fired);
      expect(leased).to.be.greaterThan(-1);
      expect(
        journal.syncs.some((synced) => synced > leased && synced <= shot),
        fired.change,
      ).to.equal(true);
      // The keeper counts the lease from the second before the shot.
      expect(fired.scheduledAt - (records[leased]?.at ?? 0)).to.be.within(200, 1_000);
    }
    expect(
      new Set(
        of(records, "fired")
          .slice(0, 2)
          .map(({ scheduledAt }) => scheduledAt),
      ).size,
    ).to.equal(1);
    expect(sim.leases.size).to.equal(0);
  });

  it("does not shoot where taking the leases took so long that the first would end before its time", async () => {
    const slowly = (delayMs: number): Setting => ({
      around: (sim, clock) =>
        instead(sim, {
          lease: async (change) => {
            await clock.until(clock.now() + delayMs);
            await sim.lease(change);
          },
        }),
    });
    const plan = samplePlan([slowDisk("etcd-1", 20)], short);
    expect((await simulate(plan, slowly(700))).end.outcome).to.equal("completed");
    const { end, journal } = await simulate(plan, slowly(900));
    expect(end.outcome).to.equal("failed");
    expect(of(journal.records, "fired")).to.deep.equal([]);
    expect(of(journal.records, "error")[0]?.message).to.match(/^the lease of c1 took 900 ms, at most 800/u);
  });

  it("fires and undoes a change with its own times inside of the fault phase", async () => {
    const { journal } = await simulate(samplePlan([{ ...stopped("etcd-2"), startMs: 1_000, endMs: 2_500 }], short));
    const start = phaseAt(journal.records, "hold", "begin");
    expect(of(journal.records, "fired").map(({ doneAt }) => (doneAt ?? 0) - start)).to.deep.equal([1_000]);
    expect(of(journal.records, "undone").map(({ doneAt }) => (doneAt ?? 0) - start)).to.deep.equal([2_500]);
  });

  it("the same seed gives the same journal, byte for byte, and another seed another one", async () => {
    const run = async (seed: number): Promise<string> =>
      (await simulate(samplePlan([lost("user", "app-1", "data", 30), slowDisk("etcd-1", 8)], short), { seed })).journal.text();
    expect(await run(7)).to.equal(await run(7));
    expect(await run(7)).not.to.equal(await run(8));
  });

  it("injects nothing where the baseline never becomes steady", async () => {
    const { journal, end } = await simulate(samplePlan([slowDisk("etcd-1", 20)], short), {
      around: (sim) =>
        instead(sim, {
          observe: async (sink: Parameters<typeof sim.observe>[0]) =>
            sim.observe((record) =>
              sink(
                record.type === "samples" && record.instance === "put-flag@app-1"
                  ? { ...record, rows: record.rows.map(([at]): Sample => [at, 8_000, "late"]) }
                  : record,
              ),
            ),
        }),
    });
    expect(end.outcome).to.equal("aborted");
    expect(end.reason).to.match(/no steady baseline within 6 s: put-flag@app-1 was late 3 times in a row/u);
    expect(of(journal.records, "error").map(({ code }) => code)).to.deep.equal(["unsteady-baseline"]);
    expect(of(journal.records, "fired")).to.deep.equal([]);
    expect(phaseAt(journal.records, "stop", "end")).to.be.greaterThan(5_999);
  });

  it("aborts when it hurts more than allowed, and still watches the recovery", async () => {
    const plan = samplePlan([lost("user", "app-1", "data", 100)], {
      ...short,
      aborts: [{ instances: ["item-read@app-1"], failing: 0.5, forMs: 1_000 }],
    });
    const { journal, end } = await simulate(plan);
    expect(end.outcome).to.equal("aborted");
    expect(end.reason).to.match(/samples of item-read@app-1 were bad over 1 s/u);
    expect(phaseAt(journal.records, "undo", "begin") - phaseAt(journal.records, "hold", "begin")).to.be.within(1_000, 1_500);
    expect(phaseAt(journal.records, "recover", "end")).to.be.greaterThan(phaseAt(journal.records, "recover", "begin"));
    expect(end.undoNotProved).to.deep.equal([]);
  });

  it("an interrupt in any phase undoes, audits and stops", async () => {
    for (const phase of ["start", "arm", "baseline", "fire", "hold", "undo", "recover", "audit", "stop"]) {
      const controller = new AbortController();
      const { end, sim, journal } = await simulate(samplePlan([slowDisk("etcd-1", 20), stopped("etcd-2")], short), {
        startMs: 10,
        signal: controller.signal,
        on: (event) => void (event.type === "phase" && event.phase === phase && event.edge === "begin" && controller.abort()),
      });
      expect(end.outcome, phase).to.equal(phase === "audit" || phase === "stop" ? "completed" : "aborted");
      expect(of(journal.records, "error"), phase).to.deep.equal([]);
      const interrupted = of(journal.records, "aborted").map((record) => record.interrupted);
      expect(interrupted, phase).to.deep.equal(end.outcome === "aborted" ? [true] : []);
      expect([end.leaked, end.undoNotProved, sim.leftAtStop, [...sim.leases]], phase).to.deep.equal([[], [], [], []]);
      expect(sim.isRunning(), phase).to.equal(false);
      expect(of(journal.records, "fired").length, phase).to.equal(["start", "arm", "baseline", "fire"].includes(phase) ? 0 : 2);
    }
  });

  it("a restarted component is not shot at, and what cannot be undone there is said", async () => {
    const { end, journal } = await simulate(samplePlan([slowDisk("etcd-1", 20)], short), {
      on: (event, sim) => void (event.type === "phase" && event.phase === "fire" && event.edge === "begin" && sim.restart("etcd-1")),
    });
    expect(end.outcome).to.equal("failed");
    expect(end.reason).to.match(/c1 was refused: etcd-1 was/u);
    // It was refused, but only the answer to its undo proves that nothing of it acts.
    expect(of(journal.records, "undone").map(({ answer }) => answer)).to.deep.equal(["done"]);
    expect(end.undoNotProved).to.deep.equal([]);
    const later = await simulate(samplePlan([slowDisk("etcd-1", 20)], short), {
      on: (event, sim) => void (event.type === "phase" && event.phase === "hold" && event.edge === "begin" && sim.restart("etcd-1")),
    });
    expect(of(later.journal.records, "undone").map(({ answer }) => answer)).to.deep.equal(["refused", "refused", "refused"]);
    expect(later.end.undoNotProved).to.have.length(1);
  });

  it("a shot that was refused half way is undone all the same, and where that is not proved the run says so", async () => {
    const halfWay = (undo: "works" | "is stuck") =>
      simulate(samplePlan([slowDisk("etcd-1", 20), stopped("etcd-2")], short), {
        around: (sim) =>
          instead(sim, {
            fire: async (change, atMs) => {
              const answer = await sim.fire(change, atMs);
              return change === "c1" ? { answer: "refused", detail: "read back wrong" } : answer;
            },
            undo: async (change) =>
              change === "c1" && undo === "is stuck" ? { answer: "refused", detail: "still wrong" } : sim.undo(change),
          }),
      });
    const good = await halfWay("works");
    expect([good.end.outcome, good.end.undoNotProved, good.end.leaked, good.sim.leftAtStop]).to.deep.equal(["failed", [], [], []]);
    expect([...good.sim.leases]).to.deep.equal([]);
    const bad = await halfWay("is stuck");
    expect(bad.end.undoNotProved).to.deep.equal(["c1 (disk.restore on etcd-1): still wrong"]);
    expect([...bad.sim.leases]).to.deep.equal(["c1"]);
    expect(judge(bad.journal.records).leaks.join()).to.contain("c1 on etcd-1 was refused, and that nothing of it acts is not proved");
  });

  it("an undo that does nothing is found by the audit", async () => {
    const { end } = await simulate(
      samplePlan([slowDisk("etcd-1", 20)], { phases: { baselineMs: 1_000, faultMs: 30_000, recoveryMs: 1_000 } }),
      {
        sabotage: "undo",
        around: (sim) =>
          instead(sim, {
            arm: async (plan: Plan) =>
              sim.arm({ ...plan, changes: plan.changes.map((change): Change => ({ ...change, leaseMs: 600_000 })) }),
          }),
      },
    );
    expect(end.leaked.map(({ key }) => key)).to.deep.equal(["etcd-1/limits"]);
  });

  it("what a run leaves behind is named, and a kept target is not stopped", async () => {
    const { end, sim } = await simulate(samplePlan([], short), {
      keep: true,
      on: (event, world) => void (event.type === "phase" && event.phase === "hold" && (world.planted["volumes/left"] = "exists")),
    });
    expect(end.leaked).to.deep.equal([{ key: "volumes/left", before: undefined, after: "exists" }]);
    expect(sim.isRunning()).to.equal(true);
  });

  it("shows live lanes", async () => {
    const { events } = await simulate(samplePlan([stopped("etcd-1")], short));
    const lanes = events.filter((event) => event.type === "lanes");
    expect(lanes.length).to.be.greaterThan(20);
    expect(lanes.some(({ probes }) => probes.some(({ plane, bad }) => plane === "control" && bad > 0))).to.equal(true);
    expect(lanes.at(-1)?.signals.map(({ instance }) => instance)).to.include("etcd-health@etcd-1");
  });
});
