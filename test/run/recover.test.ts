import { expect } from "chai";
import type { Plan } from "../../src/model/plan.ts";
import { lost, samplePlan, slowDisk } from "./sample-plan.ts";
import { of, phaseAt, simulate } from "./simulate.ts";

const phases = { baselineMs: 5_000, faultMs: 5_000, recoveryMs: 60_000 };
const unaffected = (needed: number): Partial<Plan> => ({
  phases,
  predictions: [{ id: "data unaffected", sentence: "", kind: "unaffected", plane: "data", instances: ["item-read@app-1"] }],
  budget: [{ prediction: "data unaffected", instance: "item-read@app-1", needed, available: 650 }],
});
const lengths = async (plan: Plan) => {
  const { records } = (await simulate(plan)).journal;
  return {
    heldMs: phaseAt(records, "undo", "begin") - phaseAt(records, "hold", "begin"),
    recoveredMs: phaseAt(records, "recover", "end") - phaseAt(records, "recover", "begin"),
  };
};

describe("recover", () => {
  it("ends once everything is back, where nothing has to be proved unaffected", async () => {
    expect((await lengths(samplePlan([slowDisk("etcd-1", 20)], { phases }))).recoveredMs).to.be.within(4_000, 12_000);
  });

  it("does not wait for twenty samples of a probe that looks seldom", async () => {
    const plan = samplePlan([slowDisk("etcd-1", 20)], { phases });
    const seldom = plan.probes.map((probe) => (probe.instance === "ssh-exec@etcd-1" ? { ...probe, everyMs: 2_000 } : probe));
    expect((await lengths({ ...plan, probes: seldom })).recoveredMs).to.be.within(10_000, 20_000);
  });

  it("never ends before the blocks that `unaffected` needs, and the fault phase never ends early at all", async () => {
    const { heldMs, recoveredMs } = await lengths(samplePlan([slowDisk("etcd-1", 20)], unaffected(200)));
    expect(heldMs).to.equal(5_000);
    // At least 200 blocks of 100 ms, twice that for blocks that turn out longer, less the fault phase.
    expect(recoveredMs).to.equal(35_000);
  });

  it("takes the whole phase where an instance that must be unaffected was hit", async () => {
    expect((await lengths(samplePlan([lost("user", "app-1", "data", 100)], unaffected(20)))).recoveredMs).to.equal(60_000);
  });

  it("gives a recovery prediction the blocks in which a relapse could be called", async () => {
    const plan = samplePlan([slowDisk("etcd-1", 20)], {
      phases,
      predictions: [{ id: "recovery", sentence: "", kind: "recovery", withinMs: 10_000, instances: ["put-flag@app-1"] }],
    });
    expect((await lengths(plan)).recoveredMs).to.be.within(10_500, 40_000);
  });

  it("takes the whole phase where a signal is predicted to claim something during it, and not for what one claims during the fault", async () => {
    const claiming = (during: "fault" | "recovery") =>
      lengths(
        samplePlan([slowDisk("etcd-1", 20)], {
          phases,
          predictions: [
            {
              id: "claims",
              sentence: "",
              kind: "claims",
              instances: ["etcd-health@etcd-1"],
              claims: "healthy",
              during,
              withinMs: during === "recovery" ? 30_000 : undefined,
            },
          ],
        }),
      );
    expect((await claiming("recovery")).recoveredMs).to.equal(60_000);
    expect((await claiming("fault")).recoveredMs).to.be.below(12_000);
  });

  it("sees the plane come back by its lease where the undo did nothing", async () => {
    const { end, journal } = await simulate(
      samplePlan([lost("user", "app-1", "data", 100)], { phases: { ...phases, faultMs: 30_000, recoveryMs: 20_000 } }),
      { sabotage: "undo" },
    );
    expect(phaseAt(journal.records, "recover", "end") - phaseAt(journal.records, "recover", "begin")).to.be.within(6_000, 20_000);
    expect([of(journal.records, "error"), end.outcome]).to.deep.equal([[], "completed"]);
  });
});
