// Whole experiments of this repository on the model, file to verdict: what is confirmed there, that each prediction of it could have failed, and that the same seed gives the same bytes.
// Injectors that lie: sabotage.test.ts.
import { globSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { essenceAtZero } from "../../../src/judge/calm-run.ts";
import { judge } from "../../../src/judge/judge.ts";
import { mutate, zeroNotCounted } from "../../../src/judge/mutation.ts";
import type { Plan } from "../../../src/model/plan.ts";
import type { JournalRecord } from "../../../src/model/record.ts";
import { atStrengthZero } from "../../../src/plan/strength-zero.ts";
import { core } from "../../core.ts";
import { recordedExperiments } from "../../recorded/journal.ts";
import { simulate } from "../../run/simulate.ts";
import { beyondTheModel, fallsForNothing } from "./beyond-the-model.ts";
import { planOfFile } from "./load-plan.ts";
import { differenceOfReplay, firstSamples, samplesBeforeFault } from "./replay.ts";

type Records = readonly JournalRecord[];

const simulated = async (plan: Plan): Promise<Records> => (await simulate(plan)).journal.records;

const zeroRuns = new Map<string, Promise<Records>>();

/** As in a series of `run --mutate`. */
function simulatedAtZero(plan: Plan): Promise<Records> {
  const key = essenceAtZero(plan);
  const known = zeroRuns.get(key) ?? simulated(atStrengthZero(plan));
  zeroRuns.set(key, known);
  return known;
}

async function expectReplay(plan: Plan, records: Records): Promise<void> {
  expect(await differenceOfReplay(plan, 1, records)).to.equal(undefined);
  const sees = async (seed: number): Promise<boolean> => (await samplesBeforeFault(plan, seed)) === firstSamples(records);
  expect([await sees(1), await sees(2)]).to.deep.equal([true, false]);
}

describe("experiments on the model", function () {
  this.timeout(20_000);
  after(() => zeroRuns.clear());

  const files = globSync("experiments/*/*.yaml").toSorted();
  it("are found", () => expect(files).to.include.members([...beyondTheModel, ...core]));
  it("are as many as the README says, on containers, here and from a recording", () => {
    const said = `${core.length} of ${files.length} on containers and ${files.length - beyondTheModel.length} on the simulator; ${recordedExperiments.length} are judged from a recording`;
    expect(readFileSync("README.md", "utf8").replaceAll("*", "")).to.contain(said);
  });

  for (const file of files.filter((name) => !beyondTheModel.includes(name)))
    describe(file, () => {
      const plan = planOfFile(file);
      let records: Records = [];
      before(async () => {
        records = await simulated(plan);
      });
      after(() => {
        records = [];
      });

      it("ends as it expects", () => {
        const verdict = judge(records);
        expect(verdict.asExpected, verdict.reason).to.equal(true);
      });

      it("gives the same journal again, byte for byte, and with another seed another one", () => expectReplay(plan, records));

      if (plan.smoke || plan.expect.verdict !== "confirmed") return;
      it("predicts only what can fail", async () => {
        const mutations = mutate(records, plan.changes.length === 0 ? undefined : await simulatedAtZero(plan));
        expect(zeroNotCounted(mutations)).to.equal(undefined);
        expect(mutations.filter(({ canFail }) => !canFail)).to.deep.equal([]);
      });
    });

  for (const [file, plan] of beyondTheModel.map((name) => [name, planOfFile(name)] as const))
    it(`${file} ${file === fallsForNothing ? "ends there as it expects for want of a model" : "does not end there as it expects"}, and replays all the same`, async () => {
      const records = await simulated(plan);
      expect(judge(records).asExpected).to.equal(file === fallsForNothing);
      await expectReplay(plan, records);
    });

  it("leave the thresholds of a script undecided, and say why", async () => {
    const { outcome, reason } = judge(await simulated(planOfFile("experiments/echo/k6-users.yaml")));
    expect([outcome, reason]).to.deep.equal(["inconclusive", "load-ran: k6 left no summary: the simulator runs no script"]);
  });
});
