// Every prediction of the shipped experiments that the model confirms can fail: bent, or held against a run with the fault at strength 0.
import { globSync } from "node:fs";
import { expect } from "chai";
import { judge } from "../../../src/judge/judge.ts";
import { mutate } from "../../../src/judge/mutation.ts";
import { atStrengthZero } from "../../../src/plan/strength-zero.ts";
import { simulate } from "../../run/simulate.ts";
import { planOfFile } from "./load-plan.ts";

describe("predictions of the shipped experiments", function () {
  this.timeout(30_000);

  for (const file of globSync("experiments/*/*.yaml").toSorted()) {
    const plan = planOfFile(file);
    if (plan.smoke || plan.expect.verdict !== "confirmed") continue;
    it(`of ${file} can fail`, async function () {
      const { records } = (await simulate(plan)).journal;
      // What the model does not confirm is bent after real runs only.
      if (!judge(records).asExpected) return this.skip();
      const mutations = mutate(records, (await simulate(atStrengthZero(plan))).journal.records);
      expect(mutations.filter(({ canFail }) => !canFail).map(({ id }) => id)).to.deep.equal([]);
    });
  }
});
