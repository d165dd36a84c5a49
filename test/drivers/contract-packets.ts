// What every World must do to packets and to the links that carry them.
import { expect } from "chai";
import { difference } from "../../src/model/digest.ts";
import { flap, link, linkWitness, packets, packetsWitness, rate, rateWitness } from "./contract-plans.ts";
import { type ContractRuns, share, sumOf } from "./contract-runs.ts";

export function packetCases({ start, shoot }: ContractRuns): void {
  it("blocks packets at the instant and lets them pass again after the undo", async () => {
    const run = await start([packets(20_000)], [packetsWitness]);
    await run.wait(800);
    const at = await shoot(run);
    await run.wait(1_500);
    const undone = await run.world.undo("c1");
    expect(undone).to.include({ answer: "done" });
    await run.world.release("c1");
    const end = run.clock.now();
    await run.wait(1_500);
    expect(await run.finish()).to.deep.equal([]);
    expect(share(run.rows(), at - 600, at - 250)).to.equal(1);
    expect(share(run.rows(), at + 250, end - 250)).to.equal(0);
    expect(share(run.rows(), end + 250, end + 1_000)).to.equal(1);
  });

  it("lets packets pass again at the end of the lease when nobody undoes", async () => {
    const run = await start([packets(1_500)], [packetsWitness]);
    const at = await shoot(run);
    await run.wait(3_500);
    // The rows' end was reached before anybody undid anything.
    const unaided = run.clock.now();
    await run.world.undo("c1");
    await run.world.release("c1");
    expect(await run.finish()).to.deep.equal([]);
    expect(share(run.rows(), at + 250, at + 1_000)).to.equal(0);
    expect(share(run.rows(), at + 1_900, unaided - 250)).to.equal(1);
  });

  it("lets two changes drop the same packets at overlapping times, each seen by its own witness alone", async () => {
    const run = await start([packets(20_000), packets(20_000, "c2")], [packetsWitness, { ...packetsWitness, id: "w2", changes: ["c2"] }]);
    await run.wait(800);
    const first = await shoot(run);
    await run.wait(800);
    const second = await shoot(run, "c2");
    await run.wait(800);
    await run.world.undo("c1");
    const half = run.clock.now();
    await run.wait(800);
    await run.world.undo("c2");
    await run.world.release("c1");
    await run.world.release("c2");
    const end = run.clock.now();
    await run.wait(1_500);
    expect(await run.finish()).to.deep.equal([]);
    expect(share(run.rows("w2"), first + 250, second - 50)).to.equal(1);
    expect(share(run.rows("w1"), first + 250, half - 250)).to.equal(0);
    expect(share(run.rows("w2"), second + 250, end - 250)).to.equal(0);
    expect(share(run.rows("w1"), half + 250, end)).to.equal(1);
    expect(share(run.rows("w2"), end + 250, end + 1_000)).to.equal(1);
  });

  it("takes a link down, which the digest shows, and brings it back with its routes", async () => {
    const run = await start([link], [linkWitness]);
    await run.wait(800);
    const at = await shoot(run);
    await run.wait(1_500);
    expect(difference(run.before, await run.world.digest()).map(({ key }) => key)).to.include("server/links");
    const until = run.clock.now();
    expect(await run.world.undo("c1")).to.include({ answer: "done" });
    await run.world.release("c1");
    const end = run.clock.now();
    await run.wait(3_500);
    expect(await run.finish()).to.deep.equal([]);
    expect(share(run.rows(), at - 600, at - 250)).to.equal(1);
    expect(share(run.rows(), at + 250, until - 600)).to.equal(0);
    expect(share(run.rows(), end + 2_200, end + 3_000)).to.equal(1);
    // Up to the undo, not to its answer: between the two a reading may see it up already.
    expect(sumOf(run.rows(), "readings", at + 250, until))
      .to.be.above(0)
      .and.equal(sumOf(run.rows(), "down", at + 250, until));
    expect(sumOf(run.rows(), "down", end + 250, end + 3_000)).to.equal(0);
  });

  it("lets a link flap until the undo", async () => {
    const run = await start([flap], [linkWitness]);
    const at = await shoot(run);
    await run.wait(4_100);
    // The link is down for the fifth time.
    await run.world.undo("c1");
    await run.world.release("c1");
    const end = run.clock.now();
    await run.wait(1_500);
    expect(await run.finish()).to.deep.equal([]);
    expect(sumOf(run.rows(), "turns", at, end)).to.be.within(7, 10);
    const down = sumOf(run.rows(), "down", at, end) / sumOf(run.rows(), "readings", at, end);
    expect(down).to.be.within(0.2, 0.4);
    expect(sumOf(run.rows(), "down", end + 250, end + 1_500)).to.equal(0);
  });

  it("limits the rate at which packets leave, and gives the queue back that was there", async () => {
    const run = await start([rate], [rateWitness]);
    await run.wait(2_000);
    const at = await shoot(run);
    await run.wait(3_000);
    expect(difference(run.before, await run.world.digest()).map(({ key }) => key)).to.include("server/qdiscs");
    expect(await run.world.undo("c1")).to.include({ answer: "done" });
    await run.world.release("c1");
    const end = run.clock.now();
    await run.wait(2_000);
    expect(await run.finish()).to.deep.equal([]);
    const rates = (from: number, to: number): readonly number[] =>
      run
        .rows()
        .flatMap(([when, { bitsPerSecond, tookMs = 0 }]) =>
          when - tookMs >= from && when <= to && bitsPerSecond !== undefined ? [bitsPerSecond] : [],
        );
    const middle = (all: readonly number[]): number => all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)] ?? Number.NaN;
    expect(middle(rates(0, at))).to.be.above(2e6);
    expect(middle(rates(at + 100, end))).to.be.within(0.6e6, 1.3e6);
    expect(middle(rates(end, end + 2_000))).to.be.above(2e6);
  });
}
