// One of our own programs hangs in the middle of a run in which every kind of fault acts: stopped by a signal, it neither ends nor answers.
import { expect } from "chai";
import { connectEngine } from "../../src/drivers/docker/engine.ts";
import { label } from "../../src/drivers/docker/labels.ts";
import { provideTiny, tinyFile, tinyPlan } from "../docker/tiny.ts";
import { Onlooker } from "./onlooker.ts";
import { lateOnes, runDeadlineMs, type Troubled, troubled, type TroubledScene } from "./troubled.ts";

describe("a run", function () {
  this.timeout(2 * runDeadlineMs + 60_000);
  let onlooker: Onlooker;
  let scene: TroubledScene;
  before(async function () {
    this.timeout(20 * 60_000);
    const { toolbox } = await provideTiny();
    onlooker = new Onlooker(toolbox);
    scene = { engine: await connectEngine(), onlooker, plan: await tinyPlan("everything"), file: tinyFile("everything"), environment: {} };
  });
  after(() => onlooker[Symbol.asyncDispose]());

  /** Stops the first process of the container of this kind and name. */
  const hang = async (kind: string, name: string): Promise<Troubled> => {
    const seen = await troubled(scene, {
      afterShotMs: 1_000,
      strike: async ({ found }) => {
        const one = found.find(({ labels }) => labels[label.kind] === kind && labels[label.name] === name);
        const { State: state } = await scene.engine.docker.getContainer(one?.id ?? "").inspect();
        process.kill(state.Pid, "SIGSTOP");
      },
    });
    expect(seen.lastActedMs.size, seen.output).to.be.above(scene.plan.changes.length / 2);
    expect(lateOnes(scene, seen)).to.deep.equal([]);
    expect(seen.tookMs).to.be.below(90_000);
    expect(seen.left).to.deep.equal([]);
    return seen;
  };

  it("whose agent hangs ends in time, its faults with their leases, and says that it cannot know", async () => {
    const { code, output } = await hang("agent", "box-1");
    expect(code, output).to.equal(5);
    expect(output).to.contain("agent box-1 is gone: nothing was heard of it").and.to.contain("not proved to be undone");
  });

  it("whose keeper hangs ends in time, undone by its agents", async () => {
    const { code, output, different } = await hang("keeper", "keeper");
    expect(code, output).to.equal(4);
    expect(different).to.deep.equal([]);
    expect(output).to.contain("keeper is gone: nothing was heard of it");
  });
});
