// No injector that lies is believed, shown for every experiment of this repository on the model: pretended shots are inconclusive, pretended undos and those that take away too much are leaks.
// `npm run test:sabotage` plays five seeds of each, hundreds of runs per sabotage.
import { expect } from "chai";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { judge } from "../../../src/judge/judge.ts";
import type { Plan } from "../../../src/model/plan.ts";
import { undoOf } from "../../faults/undo-of.ts";
import type { SimWorld } from "../../../src/drivers/sim/sim-world.ts";
import type { World } from "../../../src/model/world.ts";
import { instead, simulate } from "../../run/simulate.ts";
import { planOfFile } from "./load-plan.ts";

const cwd = fileURLToPath(new URL("../../../", import.meta.url));
const plans: readonly Plan[] = globSync(["experiments/**/*.yaml", "test/experiments/tiny/*.yaml"], { cwd })
  .toSorted()
  .map(planOfFile)
  .filter(({ changes }) => changes.length > 0);

const seeds = Array.from({ length: Number(process.env["PLANEFAULT_SABOTAGE_SEEDS"] ?? 1) }, (_, index) => index + 1);

/** Each undo takes along a line of the state that was nobody's to touch. */
function greedy(sim: SimWorld): World {
  let undone = false;
  return instead(sim, {
    undo: async (change) => {
      undone = true;
      return await sim.undo(change);
    },
    digest: async () => Object.fromEntries(Object.entries(await sim.digest()).slice(undone ? 1 : 0)),
  });
}

describe("a sabotaged injector on the model", function () {
  this.timeout(20_000 * seeds.length);

  it("is tried on every kind of op that there is", () => {
    expect(new Set(plans.flatMap(({ changes }) => changes.map(({ apply }) => apply.op)))).to.deep.equal(new Set(Object.keys(undoOf)));
  });

  for (const plan of plans) {
    it(`${plan.file} is inconclusive when the shots are only pretended`, async () => {
      for (const seed of seeds) {
        const { journal, end } = await simulate(plan, { seed, sabotage: "fire" });
        const { outcome, assumptions, asExpected } = judge(journal.records);
        expect([end.outcome, outcome, asExpected]).to.deep.equal(["completed", "inconclusive", plan.expect.verdict === "inconclusive"]);
        expect(assumptions.filter(({ held }) => !held).map(({ name }) => name)).to.include("fault-acted");
      }
    });

    for (const [what, setting] of [
      ["is only pretended", { sabotage: "undo" }],
      ["takes away too much", { around: greedy }],
    ] as const)
      it(`${plan.file} leaks when the undo ${what}`, async () => {
        for (const seed of seeds) {
          const { journal, end } = await simulate(plan, { seed, ...setting });
          const { outcome, leaks, asExpected } = judge(journal.records);
          expect([end.outcome, outcome, asExpected]).to.deep.equal(["completed", "inconclusive", false]);
          expect(leaks).not.to.deep.equal([]);
        }
      });
  }
});
