// What every World must do to processes, their disks, their processors and their memory.
import { expect } from "chai";
import { bytesIn } from "../../src/agent/memory.ts";
import { quotaUsIn } from "../../src/agent/quota.ts";
import { difference } from "../../src/model/digest.ts";
import { disk, failing, hold, kill, pause, pauseWitness, restart, squeeze, starve, store } from "./contract-plans.ts";
import { type ContractRuns, valuesOf } from "./contract-runs.ts";

/** Bytes; a limit above this is none. */
const beyondMachines = 2 ** 40;

export function componentCases({ start, shoot }: ContractRuns): void {
  it("stops a process and lets it go on", async () => {
    const run = await start([pause()], [pauseWitness]);
    const at = await shoot(run);
    await run.wait(700);
    expect(difference(run.before, await run.world.digest()).map(({ key }) => key.split("/")[0])).to.include("store");
    await run.world.undo("c1");
    await run.world.release("c1");
    const end = run.clock.now();
    await run.wait(700);
    expect(await run.finish()).to.deep.equal([]);
    expect(valuesOf(run.rows(), "stopped", at + 150, end - 150)).to.deep.equal([1]);
    expect(valuesOf(run.rows(), "stopped", end + 150, end + 600)).to.deep.equal([0]);
  });

  it("lets a stopped process go on at the end of the lease when nobody undoes", async () => {
    const run = await start([pause(1_500)], [pauseWitness]);
    const at = await shoot(run);
    await run.wait(3_000);
    const unaided = run.clock.now();
    await run.world.undo("c1");
    await run.world.release("c1");
    expect(await run.finish()).to.deep.equal([]);
    expect(valuesOf(run.rows(), "stopped", at + 150, at + 1_300)).to.deep.equal([1]);
    expect(valuesOf(run.rows(), "stopped", at + 2_000, unaided - 100)).to.deep.equal([0]);
  });

  it("ends a process once, and the undo finds the new one, which is all that differs", async () => {
    const run = await start([restart], [{ kind: "life", id: "w1", changes: ["c1"], at: store, asked: "renewed" }]);
    await run.wait(300);
    const at = await shoot(run);
    await run.wait(2_000);
    expect(await run.world.undo("c1")).to.include({ answer: "done" });
    await run.world.release("c1");
    expect((await run.finish()).map(({ key }) => key)).to.deep.equal(["store/process/store/identity"]);
    const seen = (name: string, from: number, to: number) => valuesOf(run.rows(), name, from, to);
    expect([seen("present", at - 300, at - 50), seen("sameStart", at - 300, at - 50)]).to.deep.equal([[1], [1]]);
    expect([seen("present", at + 1_000, at + 1_900), seen("sameStart", at + 1_000, at + 1_900)]).to.deep.equal([[1], [0]]);
  });

  it("kills a process as often as it comes back, and the undo waits for a new one, which is all that differs", async () => {
    const run = await start([kill], [{ kind: "life", id: "w1", changes: ["c1"], at: store, asked: "down" }]);
    await run.wait(300);
    const at = await shoot(run);
    await run.wait(1_500);
    expect(await run.world.undo("c1")).to.include({ answer: "done" });
    await run.world.release("c1");
    const end = run.clock.now();
    await run.wait(700);
    expect((await run.finish()).map(({ key }) => key)).to.deep.equal(["store/process/store/identity"]);
    const seen = (name: string, from: number, to: number): number => {
      const rows = run.rows().filter(([when]) => when >= from && when <= to);
      return rows.filter(([, values]) => values[name] === 1).length / rows.length;
    };
    expect([seen("present", at - 300, at), seen("sameStart", at - 300, at)]).to.deep.equal([1, 1]);
    expect([seen("present", at + 150, end - 600), seen("sameStart", at + 150, end - 600)]).to.deep.equal([0, 0]);
    expect([seen("present", end + 250, end + 600), seen("sameStart", end + 250, end + 600)]).to.deep.equal([1, 0]);
  });

  it("limits a disk, which the digest shows, and restores what was there before", async () => {
    const run = await start([disk], []);
    expect(run.armed[0]?.at.limit?.before).to.equal("");
    await shoot(run);
    const during = difference(run.before, await run.world.digest()).filter(({ key }) => key.startsWith("store/limit"));
    expect(during.map(({ after }) => after).join()).to.contain("37");
    expect(await run.world.undo("c1")).to.include({ answer: "done" });
    await run.world.release("c1");
    expect(await run.finish()).to.deep.equal([]);
  });

  for (const [does, change, asked] of [
    ["holds", hold, { delayMs: 300 }],
    ["fails", failing, { failEvery: 1 }],
  ] as const)
    it(`${does} the syncs of a process, which witness and digest show, and lets go of it`, async () => {
      const run = await start([change], [{ kind: "sync", id: "w1", changes: ["c1"], at: store, asked }]);
      const at = await shoot(run);
      await run.wait(900);
      expect(difference(run.before, await run.world.digest()).map(({ key }) => key.split("/")[0])).to.include("store");
      expect(await run.world.undo("c1")).to.include({ answer: "done" });
      await run.world.release("c1");
      const end = run.clock.now();
      await run.wait(700);
      expect(await run.finish()).to.deep.equal([]);
      expect(valuesOf(run.rows(), "traced", 0, at)).to.deep.equal([0]);
      expect(valuesOf(run.rows(), "traced", at + 150, end - 150)).to.deep.equal([1]);
      expect(valuesOf(run.rows(), "traced", end + 50, end + 600)).to.deep.equal([0]);
    });

  it("squeezes a process, which the digest shows, and restores the quota that was there before", async () => {
    const run = await start([squeeze], []);
    expect(quotaUsIn(run.armed[0]?.at.quota?.before ?? "")).to.equal(-1);
    await shoot(run);
    const during = difference(run.before, await run.world.digest()).map(({ key }) => key);
    expect(during.filter((key) => key.startsWith("store/quota")).length).to.be.above(0);
    expect(await run.world.undo("c1")).to.include({ answer: "done" });
    await run.world.release("c1");
    expect(await run.finish()).to.deep.equal([]);
  });

  it("squeezes the memory of a component, which witness and digest show, and restores the limit that was there before", async () => {
    const at = { component: "store" };
    const headroomBytes = 16 * 2 ** 20;
    const run = await start([starve], [{ kind: "memory", id: "w1", changes: ["c1"], at, headroomBytes }]);
    expect(bytesIn(run.armed[0]?.at.memory?.before ?? "")).to.be.above(beyondMachines);
    await run.wait(1_100);
    const fired = await shoot(run);
    await run.wait(1_600);
    const during = difference(run.before, await run.world.digest()).map(({ key }) => key);
    expect(during.filter((key) => key.startsWith("store/memory")).length).to.be.above(0);
    expect(await run.world.undo("c1")).to.include({ answer: "done" });
    await run.world.release("c1");
    const end = run.clock.now();
    await run.wait(1_600);
    expect(await run.finish()).to.deep.equal([]);
    const limits = (from: number, to: number) => valuesOf(run.rows(), "limitBytes", from, to);
    const [before, squeezed, after] = [limits(0, fired), limits(fired + 550, end - 50), limits(end + 50, end + 1_600)];
    expect(before).to.have.length(1);
    expect(before[0]).to.be.above(beyondMachines);
    expect(squeezed).to.have.length(1);
    expect(squeezed[0]).to.be.below(beyondMachines);
    expect(after).to.deep.equal(before);
  });
}
