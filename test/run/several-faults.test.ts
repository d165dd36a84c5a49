// Several faults of one experiment, apart and overlapping: each has its own time, its own witness and its own undo, and recovery begins after the last.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import { type Broken, killed, lost, samplePlan, stopped } from "./sample-plan.ts";
import { instead, of, phaseAt, type Setting, samplesOf, simulate } from "./simulate.ts";

const at = (startMs: number, endMs: number, broken: Broken): Broken => ({ ...broken, startMs, endMs });
const apart = [at(1_000, 4_000, lost("user", "app-1", "data", 100)), at(6_000, 9_000, stopped("etcd-2"))];
const overlapping = [at(1_000, 7_000, lost("user", "app-1", "data", 100)), at(3_000, 9_000, killed("etcd-3"))];

async function run(broken: readonly Broken[], setting: Setting = {}) {
  const phases = { baselineMs: 10_000, faultMs: 12_000, recoveryMs: 15_000 };
  const { journal, end } = await simulate(samplePlan(broken, { phases }), setting);
  const { records } = journal;
  const start = phaseAt(records, "hold", "begin");
  const times = (type: "fired" | "undone") =>
    of(records, type).map(({ change, doneAt }) => `${change} ${Math.round((doneAt ?? Number.NaN) - start)}`);
  /** Share of bad reads at app-1. */
  const bad = (fromMs: number, toMs: number): number => {
    const rows = samplesOf(records, "item-read@app-1", start + fromMs, start + toMs);
    return rows.filter(([, , outcome]) => outcome !== "ok").length / rows.length;
  };
  return { records, end, times, bad, start, verdict: judge(records) };
}

describe("several faults", () => {
  for (const [how, broken, undone] of [
    ["one after another", apart, ["c1 4000", "c2 9000"]],
    // What was killed is back half a second after its fault has ended.
    ["overlapping", overlapping, ["c1 7000", "c2 9500"]],
  ] as const)
    it(`${how}: each acts in its own time, and every witness saw its own act and go`, async () => {
      const { times, verdict, end } = await run(broken);
      expect(times("fired")).to.deep.equal(broken.map(({ startMs }, index) => `c${index + 1} ${startMs}`));
      expect(times("undone")).to.deep.equal(undone);
      expect(verdict.witnesses.map(({ acted, gone }) => [acted, gone])).to.deep.equal([
        [true, true],
        [true, true],
      ]);
      expect([end.outcome, end.leaked, end.undoNotProved, verdict.leaks]).to.deep.equal(["completed", [], [], []]);
    });

  it("the end of one ends no other one", async () => {
    const { bad } = await run([at(1_000, 9_000, lost("user", "app-1", "data", 100)), at(2_000, 4_000, lost("user", "app-2", "data", 100))]);
    expect([bad(0, 900), bad(1_100, 8_800), bad(9_200, 12_000)]).to.deep.equal([0, 1, 0]);
  });

  it("the witness of one is not content with the acting of the other", async () => {
    const pretending: Setting = {
      around: (sim, clock) =>
        instead(sim, {
          fire: async (change, atMs) => {
            if (change !== "c2") return sim.fire(change, atMs);
            await clock.until(atMs);
            return { answer: "done", doneAt: clock.now() };
          },
        }),
    };
    const { verdict } = await run(overlapping, pretending);
    expect(verdict.witnesses.map(({ acted }) => acted)).to.deep.equal([true, false]);
    expect(verdict.assumptions.filter(({ held }) => !held).map(({ name }) => name)).to.deep.equal(["fault-acted"]);
  });

  it("an interrupt between two of them undoes the one that acts and never fires the other", async () => {
    const interrupt = new AbortController();
    const { records, end } = await run(apart, {
      signal: interrupt.signal,
      on: (event) => {
        if (event.type === "fired") interrupt.abort(new Error("enough"));
      },
    });
    expect(of(records, "fired").map(({ change }) => change)).to.deep.equal(["c1"]);
    expect(of(records, "undone").map(({ change, answer }) => `${change} ${answer}`)).to.deep.equal(["c1 done"]);
    expect([end.leaked, end.undoNotProved]).to.deep.equal([[], []]);
  });

  it("recovery is watched from the end of the fault phase, after the last of them", async () => {
    const { records, start } = await run(overlapping);
    const last = Math.max(...of(records, "undone").map(({ doneAt }) => doneAt ?? 0));
    expect(phaseAt(records, "recover", "begin"))
      .to.equal(start + 12_000)
      .and.to.be.above(last);
  });
});
