import { expect } from "chai";
import { killed, samplePlan, slowDisk, stopped } from "./sample-plan.ts";
import { instead, of, simulate } from "./simulate.ts";

const plan = samplePlan([slowDisk("etcd-1", 20), stopped("etcd-2"), stopped("etcd-3")], {
  phases: { baselineMs: 2_000, faultMs: 1_000, recoveryMs: 1_000 },
});

describe("undoAll", () => {
  it("undoes the last shot first", async () => {
    const { journal } = await simulate(plan);
    expect(of(journal.records, "undone").map(({ change }) => change)).to.deep.equal(["c3", "c2", "c1"]);
  });

  it("goes on after an undo that fails, keeps every error, and keeps the lease of what is not proved", async () => {
    const { journal, end, sim } = await simulate(plan, {
      around: (world) =>
        instead(world, {
          undo: async (change) => (change === "c1" ? world.undo(change) : Promise.reject(new Error(`${change} is stuck`))),
        }),
    });
    expect(end.undoNotProved).to.deep.equal([
      "c2 (process.continue on etcd-2): c2 is stuck",
      "c3 (process.continue on etcd-3): c3 is stuck",
    ]);
    expect(
      of(journal.records, "undone")
        .filter(({ change }) => change === "c1")
        .map(({ answer }) => answer),
    ).to.deep.equal(["done"]);
    expect([...sim.leases]).to.deep.equal(["c2", "c3"]);
    // The processes themselves were let go by their leases while the audit waited.
    expect(end.leaked.map(({ key }) => key)).to.deep.equal(["keeper/leases"]);
  });

  it("does not wait for ever: an undo that hangs is given up and the others are reached", async () => {
    const { journal, end } = await simulate(plan, {
      around: (world) => instead(world, { undo: async (change) => (change === "c3" ? new Promise(() => {}) : world.undo(change)) }),
    });
    expect(end.undoNotProved).to.have.length(1);
    expect(end.undoNotProved[0]).to.contain("no end of the undo of c3 within 10 s");
    expect(
      new Set(
        of(journal.records, "undone")
          .filter(({ answer }) => answer === "done")
          .map(({ change }) => change),
      ),
    ).to.deep.equal(new Set(["c2", "c1"]));
  });

  it("holds nothing up behind a supervisor that needs its time", async () => {
    const waiting = samplePlan([slowDisk("etcd-1", 20), stopped("etcd-2"), killed("etcd-3")], { phases: plan.phases });
    const { journal, end } = await simulate(waiting);
    const undone = of(journal.records, "undone");
    expect(undone.map(({ change, answer }) => `${change} ${answer}`)).to.deep.equal(["c2 done", "c1 done", "c3 done"]);
    expect((undone[2]?.at ?? 0) - (undone[1]?.at ?? 0)).to.equal(500);
    expect([end.undoNotProved, end.leaked, end.outcome]).to.deep.equal([[], [], "completed"]);
  });

  it("holds nothing up behind a keeper that hangs", async () => {
    const { journal, end } = await simulate(plan, { around: (world) => instead(world, { release: () => new Promise(() => {}) }) });
    const undone = of(journal.records, "undone");
    expect(undone.map(({ change, answer }) => `${change} ${answer}`)).to.deep.equal(["c3 done", "c2 done", "c1 done"]);
    expect((undone[2]?.at ?? Number.POSITIVE_INFINITY) - (undone[0]?.at ?? 0)).to.be.below(1_000);
    expect(end.errors.filter(({ phase }) => phase === "undo").map(({ message }) => message)).to.deep.equal(
      ["c3", "c2", "c1"].map((id) => `no end of the end of the lease of ${id} within 10 s`),
    );
  });

  it("says once what all undos met", async () => {
    const { end, events } = await simulate(plan, {
      around: (world) => instead(world, { release: () => Promise.reject(new Error("keeper: it went")) }),
    });
    expect(end.errors.map(({ phase, message }) => `${phase}: ${message}`)).to.deep.equal(["undo: keeper: it went"]);
    expect(events.filter(({ type }) => type === "problem")).to.have.length(1);
  });

  it("asks a lost undo again", async () => {
    let asked = 0;
    const { end, journal } = await simulate(plan, {
      around: (world) =>
        instead(world, {
          undo: async (change) => (change === "c2" && (asked += 1) === 1 ? { answer: "lost", detail: "gone" } : world.undo(change)),
        }),
    });
    expect(asked).to.equal(2);
    // At once, not only at the very end of the run.
    expect(of(journal.records, "undone").map(({ change, answer }) => `${change} ${answer}`)).to.deep.equal([
      "c3 done",
      "c2 lost",
      "c2 done",
      "c1 done",
    ]);
    expect([end.undoNotProved, end.outcome]).to.deep.equal([[], "completed"]);
  });
});
