// The engine hangs or is restarted in the middle of a run in which every kind of fault acts. It carries all that harness, agents and keeper say to each other, so from then on each of them is alone.
// The engine is one of the test's own; whoever looks at the components does so through the usual one.
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { connectEngine } from "../../src/drivers/docker/engine.ts";
import { findDockerd } from "../../src/setup/engine-start.ts";
import { provideTiny, tinyFile, tinyPlan } from "../docker/tiny.ts";
import { OwnEngine } from "../setup/own-engine.ts";
import { Onlooker } from "./onlooker.ts";
import { lateOnes, runDeadlineMs, type Trouble, type Troubled, troubled, type TroubledScene } from "./troubled.ts";

/** Whoever finds this one by itself would use it, too, and it cannot see what is mounted for an engine in a mount namespace of its own. */
const commonContainerd = "/run/containerd/containerd.sock";
/** Longer than agents, keeper and harness wait for each other, shorter than the run waits for its end. */
const hangMs = 6_000;

describe("a run whose engine is in trouble", function () {
  this.timeout(2 * runDeadlineMs + 120_000);
  let own: OwnEngine | undefined;
  let onlooker: Onlooker | undefined;
  let scene: TroubledScene;
  const engine = (): OwnEngine => own ?? expect.fail("the engine was never started");

  before(async function () {
    this.timeout(25 * 60_000);
    if (process.getuid?.() !== 0 || findDockerd() === undefined || existsSync(commonContainerd)) this.skip();
    const { toolbox, provided } = await provideTiny();
    const plan = await tinyPlan("everything");
    own = new OwnEngine();
    await own.start();
    const { docker } = await connectEngine();
    await own.load(docker, [toolbox, provided.image(plan.stack.folder, "./writer")]);
    onlooker = new Onlooker(toolbox);
    scene = { engine: own.engine, onlooker, plan, file: tinyFile("everything"), environment: own.environment };
  });
  after(async function () {
    this.timeout(120_000);
    await onlooker?.[Symbol.asyncDispose]();
    await own?.[Symbol.asyncDispose]();
  });

  const run = async (trouble: Trouble): Promise<Troubled> => {
    const seen = await troubled(scene, trouble);
    expect(seen.lastActedMs.size, seen.output).to.be.above(scene.plan.changes.length / 2);
    expect(lateOnes(scene, seen)).to.deep.equal([]);
    expect([...seen.different, ...seen.leavings]).to.deep.equal([]);
    expect(seen.output).to.contain("the container engine hangs, has ended or was restarted");
    expect(seen.output).to.contain("not proved to be undone: ").and.to.contain("`planefault cleanup`");
    expect(seen.code, seen.output).to.equal(5);
    expect(seen.tookMs).to.be.below(120_000);
    expect(seen.left).to.deep.equal([]);
    return seen;
  };

  it("ends its faults in time and says so, where it hangs in the hold and never comes back", async () => {
    const { output } = await run({
      afterShotMs: 1_500,
      strike: async (_, ended) => {
        await engine().freeze();
        await ended;
        engine().thaw();
      },
    });
    expect(output).not.to.contain("the target was removed");
  });

  it("ends its faults in time and removes its target, where it hangs at the undo and comes back", async () => {
    const { output } = await run({
      afterShotMs: scene.plan.phases.faultMs - 100,
      strike: async () => {
        await engine().freeze();
        await pause(hangMs);
        engine().thaw();
      },
    });
    expect(output).to.contain("the target was removed");
  });

  for (const [what, options] of [
    ["ends its containers", []],
    ["lets its containers live", ["--live-restore"]],
  ] as const)
    it(`ends its faults in time, where it is restarted in the hold and ${what}`, async () => {
      await engine().end("SIGTERM");
      await engine().start(options);
      await run({
        afterShotMs: 1_500,
        strike: async () => {
          await engine().end("SIGKILL");
          await engine().start(options);
        },
      });
    });
});
