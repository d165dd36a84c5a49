// Three trials of `npm run test:crash` in every test run: everything acts, and the harness dies alone, with its agents, or with all of our programs. Then what is done to links waits for cleanup, and nothing else.
import { expect } from "chai";
import { connectEngine } from "../../src/drivers/docker/engine.ts";
import { provideTiny, tinyFile, tinyPlan } from "../docker/tiny.ts";
import { Onlooker } from "./onlooker.ts";
import { complaintsOf } from "./table.ts";
import { type Scene, trial } from "./trial.ts";

describe("a run in which every kind of fault acts", function () {
  this.timeout(180_000);
  let scene: Scene;
  let onlooker: Onlooker;
  before(async function () {
    this.timeout(20 * 60_000);
    const { toolbox } = await provideTiny();
    onlooker = new Onlooker(toolbox);
    scene = { engine: await connectEngine(), onlooker, plan: await tinyPlan("everything"), file: tinyFile("everything") };
  });
  after(() => onlooker[Symbol.asyncDispose]());

  for (const kind of ["harness", "harness and agents", "harness, agents, standbys and keeper"] as const)
    it(`leaves nothing after a sudden end of ${kind}`, async () => {
      // Two seconds after its first shot all of it acts.
      const one = await trial(scene, kind, { afterShotMs: 2_000 });
      expect(one.wasKilled).to.equal(true);
      expect([...one.actedForMs.keys()].length, "changes that acted at the kill").to.be.above(scene.plan.changes.length / 2);
      expect(complaintsOf(scene.plan, [one])).to.deep.equal([]);
    });
});
