// No injector that lies is believed, shown for every experiment of this repository on the model: pretended shots are inconclusive, pretended undos are leaks.
import { expect } from "chai";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { judge } from "../../../src/judge/judge.ts";
import type { Plan } from "../../../src/model/plan.ts";
import { undoOf } from "../../faults/undo-of.ts";
import { simulate } from "../../run/simulate.ts";
import { planOfFile } from "./load-plan.ts";

const cwd = fileURLToPath(new URL("../../../", import.meta.url));
const plans: readonly Plan[] = globSync(["experiments/**/*.yaml", "test/experiments/tiny/*.yaml"], { cwd })
  .toSorted()
  .map(planOfFile)
  .filter(({ changes }) => changes.length > 0);

describe("a sabotaged injector on the model", function () {
  this.timeout(20_000);

  it("is tried on every kind of op that there is", () => {
    expect(new Set(plans.flatMap(({ changes }) => changes.map(({ apply }) => apply.op)))).to.deep.equal(new Set(Object.keys(undoOf)));
  });

  for (const plan of plans) {
    it(`${plan.file} is inconclusive when the shots are only pretended`, async () => {
      const { journal, end } = await simulate(plan, { sabotage: "fire" });
      const { outcome, assumptions, asExpected } = judge(journal.records);
      expect([end.outcome, outcome, asExpected]).to.deep.equal(["completed", "inconclusive", plan.expect.verdict === "inconclusive"]);
      expect(assumptions.filter(({ held }) => !held).map(({ name }) => name)).to.include("fault-acted");
    });

    it(`${plan.file} leaks when the undo is only pretended`, async () => {
      const { journal, end } = await simulate(plan, { sabotage: "undo" });
      const { outcome, leaks, asExpected } = judge(journal.records);
      expect([end.outcome, outcome, asExpected]).to.deep.equal(["completed", "inconclusive", false]);
      expect(leaks).not.to.deep.equal([]);
    });
  }
});
