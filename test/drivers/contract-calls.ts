// What every World must make of calls in an unusual order: twice, too early, or not at all.
import { expect } from "chai";
import { difference } from "../../src/model/digest.ts";
import { packets, packetsWitness, pause, pauseWitness } from "./contract-plans.ts";
import { type ContractRuns, share, valuesOf } from "./contract-runs.ts";

export function callCases({ start, shoot }: ContractRuns): void {
  it("refuses to fire twice what still acts, and undoes as often as it is asked to, also what was never fired", async () => {
    const run = await start([pause()], [pauseWitness]);
    expect(await run.world.undo("c1")).to.include({ answer: "done" });
    await shoot(run);
    expect(await run.world.fire("c1", run.clock.now() + 100)).to.include({ answer: "refused" });
    for (const time of ["once", "twice"]) expect(await run.world.undo("c1"), time).to.include({ answer: "done" });
    await run.world.release("c1");
    await run.world.release("c1");
    expect(await run.finish()).to.deep.equal([]);
  });

  it("does not fire what was undone before its instant", async () => {
    const run = await start([packets(20_000)], [packetsWitness]);
    await run.world.lease("c1");
    const at = run.clock.now() + 1_000;
    const fired = run.world.fire("c1", at);
    await run.wait(300);
    expect(await run.world.undo("c1")).to.include({ answer: "done" });
    expect(await fired).to.include({ answer: "refused" });
    await run.world.release("c1");
    await run.wait(1_000);
    expect(await run.finish()).to.deep.equal([]);
    expect(share(run.rows(), at - 300, at + 800)).to.equal(1);
  });

  it("ends what still acts when it is disarmed", async () => {
    const run = await start([pause()], [pauseWitness]);
    const at = await shoot(run);
    await run.wait(500);
    await run.world.disarm();
    await run.world.release("c1");
    expect(difference(run.before, await run.world.digest())).to.deep.equal([]);
    await run.world.stopObserving();
    expect(valuesOf(run.rows(), "stopped", at + 150, at + 450)).to.deep.equal([1]);
  });

  it("hands on nothing after it was told to stop observing", async () => {
    const run = await start([packets(2_000)], [packetsWitness]);
    await run.wait(500);
    await run.world.stopObserving();
    const seen = run.rows().length;
    expect(seen).to.be.above(0);
    await run.wait(700);
    expect(run.rows()).to.have.length(seen);
    await run.world.disarm();
  });

  it("has the logs of every component, and no state of a target that was stopped, be it twice", async () => {
    const run = await start([], []);
    expect(Object.keys(await run.world.logs())).to.include.members(["server", "store"]);
    await run.world.stop();
    await run.world.stop();
    expect(
      await run.world.digest().then(
        () => "read",
        () => "refused",
      ),
    ).to.equal("refused");
  });
}
