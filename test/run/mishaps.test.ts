// The n-th call fails, for every n and in every way, alone, with a second one or with all that follow: afterwards the model is as it was, or the run says that it may not be. And never a
// verdict that is wrong. All fault kinds take part.
import { expect } from "chai";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { faults } from "../../src/faults/list.ts";
import type { Mishap } from "../../src/drivers/sim/mishap.ts";
import { seededRandom } from "../../src/drivers/sim/random.ts";
import { judge } from "../../src/judge/judge.ts";
import { planOfFile } from "../drivers/sim/load-plan.ts";
import { undoOf } from "../faults/undo-of.ts";
import { asIfPredicted, complaintsAbout, type Disturbed, disturbed } from "./disturbed.ts";
import { planOfAllFaults } from "./mishap-plans.ts";
import { of } from "./simulate.ts";

const ways = ["before", "after", "hang"] as const;
const right = planOfAllFaults("failing");
const wrong = planOfAllFaults("none");
const judgedWrong = (run: Disturbed) => judge(asIfPredicted(run.journal.records, wrong)).outcome;

const wordsOf = (mishaps: readonly Mishap[], calls: readonly string[]): string =>
  mishaps.map(({ call, how, onwards }) => `call ${call} (${calls[call - 1]}) ${how}${onwards ? " and all after it" : ""}`).join(", ");

async function expectHonest(mishaps: readonly Mishap[]): Promise<Disturbed> {
  const run = await disturbed(right, mishaps);
  const where = wordsOf(mishaps, run.calls);
  expect(complaintsAbout(run), where).to.deep.equal([]);
  expect(judgedWrong(run), where).not.to.equal("confirmed");
  return run;
}

describe("calls that fail", function () {
  this.timeout(120_000);
  let calls: readonly string[] = [];
  before(async () => {
    ({ calls } = await disturbed(right));
  });

  it("are those of a plan in which every fault kind and every op that begins a change occurs, at overlapping times", () => {
    expect(new Set(right.faults.map(({ kind }) => kind))).to.deep.equal(new Set(faults.map(({ kind }) => kind)));
    expect(new Set(right.changes.map(({ apply }) => apply.op))).to.deep.equal(new Set(Object.keys(undoOf)));
    const later = right.changes.filter(({ startMs }) => startMs > 0);
    const shorter = later.filter(({ endMs }) => endMs < right.phases.faultMs);
    expect(Math.min(later.length - shorter.length, shorter.length)).to.be.above(0);
    for (const one of later)
      expect(right.changes.some(({ id, startMs, endMs }) => id !== one.id && startMs < one.endMs && one.startMs < endMs)).to.equal(true);
  });

  it("are found out of the judge's way: the undisturbed run is confirmed, its opposite refuted", async () => {
    const run = await disturbed(right);
    expect(complaintsAbout(run)).to.deep.equal([]);
    expect([judge(run.journal.records).outcome, judgedWrong(run)]).to.deep.equal(["confirmed", "refuted"]);
    expect([run.end.outcome, [...run.sim.leases]]).to.deep.equal(["completed", []]);
    expect(judgedWrong(await disturbed(wrong)), "predictions of symptoms change nothing in a run").to.equal(judgedWrong(run));
  });

  for (const how of ways)
    it(`leave nothing behind unsaid, whichever it is (${how})`, async () => {
      expect(calls.length).to.be.above(4 * right.changes.length);
      for (let call = 1; call <= calls.length; call += 1) await expectHonest([{ call, how }]);
    });

  it("leave nothing behind unsaid where the world goes away for good, at whichever call", async () => {
    for (let call = 1; call <= calls.length; call += 1) {
      const how = call % 2 === 0 ? "before" : "after";
      const { end, isRunning } = await expectHonest([{ call, how, onwards: true }]);
      // Nobody has seen it stop.
      expect([end.removed, isRunning && end.undoNotProved.length === 0], calls[call - 1]).to.deep.equal([false, false]);
    }
  });

  it("leave nothing behind unsaid where no answer ever comes again after the first shot, which takes the model a quarter of an hour", async () => {
    const call = calls.findIndex((name) => name.startsWith("fire")) + 1;
    const { end, journal } = await expectHonest([{ call, how: "hang", onwards: true }]);
    // Each change is asked to end three times in the hold and, where it was not given up, three times more.
    expect(of(journal.records, "undone").length).to.be.at.least(3 * right.changes.filter(({ startMs }) => startMs === 0).length);
    expect(end.undoNotProved.length).to.be.above(0);
  });

  it("leave nothing behind unsaid when a second one fails later, such as the undo of a shot whose answer was lost", async () => {
    const random = seededRandom(5);
    const upTo = (most: number): number => 1 + Math.floor(random() * most);
    const how = (): Mishap["how"] => ways[upTo(ways.length) - 1] ?? "hang";
    const pairs = Array.from({ length: 60 }, (): readonly Mishap[] => {
      const call = upTo(calls.length);
      return [
        { call, how: how() },
        { call: call + upTo(calls.length + 3 - call), how: how() },
      ];
    });
    const firstFire = calls.findIndex((name) => name.startsWith("fire")) + 1;
    const undos = calls.flatMap((name, index) => (name.startsWith("undo") ? [index + 1] : []));
    for (const pair of pairs) await expectHonest(pair);
    for (const call of undos)
      await expectHonest([
        { call: firstFire, how: "after" },
        { call, how: "before" },
      ]);
  });

  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  for (const plan of globSync("experiments/{echo,nginx-nodejs-redis}/*.yaml", { cwd }).toSorted().map(planOfFile)) {
    // The model knows no jam, so what is right of a thin pipe is wrong there.
    if (plan.changes.length === 0 || plan.expect.verdict !== "confirmed" || plan.file.endsWith("thin-pipe.yaml")) continue;
    it(`leave nothing behind unsaid in ${plan.file}, one for each way`, async () => {
      const random = seededRandom(7);
      const { calls: own } = await disturbed(plan);
      for (const how of ways) {
        const mishaps: readonly Mishap[] = [{ call: 1 + Math.floor(random() * own.length), how }];
        const run = await disturbed(plan, mishaps);
        expect(complaintsAbout(run), wordsOf(mishaps, run.calls)).to.deep.equal([]);
      }
    });
  }

  it("count as hits where an answer is lost: it is undone", async () => {
    const call = calls.indexOf("fire c2") + 1;
    const { journal, sim, end } = await disturbed(right, [{ call, how: "after" }]);
    expect(of(journal.records, "fired").find(({ change }) => change === "c2")).to.include({ answer: "lost" });
    expect(
      of(journal.records, "undone")
        .filter(({ answer }) => answer === "done")
        .map(({ change }) => change),
    ).to.include("c2");
    expect([sim.leftAtStop, end.undoNotProved, end.leaked]).to.deep.equal([[], [], []]);
  });
});
