// The n-th call fails, for every n and in every way: afterwards the model is as it was, or the run says that it may not be. And never a verdict that is wrong.
import { expect } from "chai";
import { type CountedWorld, type Mishap, withMishap } from "../../src/drivers/sim/mishap.ts";
import { runExitCode } from "../../src/commands/execute.ts";
import { recordedExitCode } from "../../src/commands/recorded-exit-code.ts";
import { judge } from "../../src/judge/judge.ts";
import type { Plan } from "../../src/model/plan.ts";
import { type Broken, lost, samplePlan, slowDisk, stopped } from "./sample-plan.ts";
import { of, simulate } from "./simulate.ts";

const broken: readonly Broken[] = [
  lost("user", "app-1", "data", 100),
  stopped("etcd-3"),
  { ...slowDisk("etcd-2", 20), startMs: 1_000, endMs: 2_000 },
];
const slowReads = (symptom: "failing" | "none"): Plan =>
  samplePlan(broken, {
    phases: { baselineMs: 6_000, faultMs: 4_000, recoveryMs: 2_000 },
    predictions: [
      {
        id: "reads",
        sentence: "reads",
        kind: "symptom",
        plane: "data",
        instances: ["item-read@app-1"],
        symptom,
        atLeast: undefined,
        withinMs: undefined,
        afterMs: undefined,
        beforeMs: undefined,
      },
    ],
  });

async function run(plan: Plan, mishap?: Mishap) {
  let counted: CountedWorld | undefined;
  const ran = await simulate(plan, { around: (sim) => (counted = withMishap(sim, mishap)) });
  return { ...ran, calls: counted?.calls ?? [] };
}

describe("a call that fails", () => {
  it("is found out of the judge's way: the undisturbed run is confirmed, its opposite refuted", async () => {
    expect(judge((await run(slowReads("failing"))).journal.records).outcome).to.equal("confirmed");
    expect(judge((await run(slowReads("none"))).journal.records).outcome).to.equal("refuted");
  });

  for (const how of ["before", "after", "hang"] as const)
    it(`leaves nothing behind unsaid, whichever it is (${how})`, async function () {
      this.timeout(60_000);
      const { calls } = await run(slowReads("failing"));
      expect(calls.length).to.be.above(18);
      for (let call = 1; call <= calls.length; call += 1) {
        const where = `call ${call} (${calls[call - 1]}) ${how}`;
        const right = await run(slowReads("failing"), { call, how });
        const said = right.end.leaked.length + right.end.undoNotProved.length > 0;
        expect(right.sim.leftAtStop.length === 0 || said, where).to.equal(true);
        expect(right.sim.isRunning() && !said, where).to.equal(false);
        expect([...right.sim.leases].length === 0 || said || right.end.outcome === "failed", where).to.equal(true);
        expect(of(right.journal.records, "end").length, where).to.equal(1);
        const verdict = judge(right.journal.records);
        expect(verdict.outcome, where).not.to.equal("refuted");
        // 1 would read as a refuted hypothesis; 0 stands only where the call made no difference to the evidence.
        const exitCode = runExitCode(verdict, right.journal.records, right.end);
        // Judged again it ends alike.
        expect(recordedExitCode(verdict, right.journal.records), where).to.equal(exitCode);
        expect(exitCode, where).to.be.oneOf([0, 3, 4, 5]);
        if (said) expect(exitCode, where).to.equal(5);
        if (exitCode === 0) expect([right.end.outcome, verdict.outcome], where).to.deep.equal(["completed", "confirmed"]);
        const wrong = await run(slowReads("none"), { call, how });
        expect(judge(wrong.journal.records).outcome, where).not.to.equal("confirmed");
      }
    });

  it("counts a lost answer as a hit: it is undone", async () => {
    const { calls } = await run(slowReads("failing"));
    const call = calls.indexOf("fire c2") + 1;
    const { journal, sim, end } = await run(slowReads("failing"), { call, how: "after" });
    expect(of(journal.records, "fired").find(({ change }) => change === "c2")).to.include({ answer: "lost" });
    expect(
      of(journal.records, "undone")
        .filter(({ answer }) => answer === "done")
        .map(({ change }) => change),
    ).to.include("c2");
    expect([sim.leftAtStop, end.undoNotProved, end.leaked]).to.deep.equal([[], [], []]);
  });
});
