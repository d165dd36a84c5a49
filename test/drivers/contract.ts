// What every World must do, whatever it is made of: the same cases run on containers and on the simulator. A case gets a fresh run; drivers may keep the target between them.
import { expect } from "chai";
import type { Clock } from "../../src/model/clock.ts";
import { difference } from "../../src/model/digest.ts";
import type { Change } from "../../src/model/op.ts";
import type { JournalRecord, WitnessRow } from "../../src/model/record.ts";
import type { Stack } from "../../src/model/stack.ts";
import type { Witness } from "../../src/model/witness.ts";
import type { World } from "../../src/model/world.ts";
import {
  contractPlan,
  disk,
  flap,
  hold,
  kill,
  link,
  linkWitness,
  packets,
  packetsWitness,
  pause,
  rate,
  rateWitness,
  squeeze,
  store,
} from "./contract-plans.ts";

interface ContractRun {
  readonly world: World;
  readonly clock: Clock;
  /** Leaves something behind that no run asked for, and takes it away again. */
  plant(): Promise<{ remove(): Promise<void> }>;
}

export interface Contract {
  /** Components "server" (network data) and "store" (volume "data", process "store"), vantage "user" on data. */
  readonly stack: Stack;
  /** How far from its instant a change may act, in milliseconds. */
  readonly toleranceMs: number;
  open(): Promise<ContractRun>;
}

/** Sum of one value over the rows of a span. */
const sumOf = (rows: readonly WitnessRow[], name: string, from: number, to: number): number =>
  rows.reduce((sum, [at, values]) => sum + (at >= from && at <= to ? (values[name] ?? 0) : 0), 0);

/** Share of the canaries sent in a span that arrived. */
const share = (rows: readonly WitnessRow[], from: number, to: number): number => {
  const inside = rows.filter(([at]) => at >= from && at <= to);
  const sum = (name: string): number => inside.reduce((total, [, values]) => total + (values[name] ?? 0), 0);
  expect(sum("sent"), `canaries sent between ${from} and ${to}`).to.be.above(0);
  return sum("received") / sum("sent");
};

export function worldContract(contract: Contract): void {
  let open: ContractRun | undefined;
  const start = async (changes: readonly Change[], witnesses: readonly Witness[]) => {
    const run = await contract.open();
    open = run;
    const { world, clock } = run;
    await world.start(contract.stack, () => undefined);
    const before = await world.digest();
    const armed = await world.arm(contractPlan(contract.stack, changes, witnesses));
    const records: JournalRecord[] = [];
    await world.observe((record) => void records.push(record));
    const rows = (witness = "w1"): readonly WitnessRow[] =>
      records
        .flatMap((record) => (record.type === "witness" && record.witness === witness ? record.rows : []))
        .toSorted(([one], [other]) => one - other);
    const finish = async () => {
      await world.stopObserving();
      await world.disarm();
      return difference(before, await world.digest());
    };
    const wait = (ms: number): Promise<void> => clock.until(clock.now() + ms);
    return { ...run, before, armed, rows, finish, wait };
  };
  const shoot = async ({ world, clock }: ContractRun, id = "c1"): Promise<number> => {
    const at = clock.now() + 600;
    await world.lease(id);
    const answer = await world.fire(id, at);
    expect(answer, JSON.stringify(answer)).to.include({ answer: "done" });
    if (answer.answer === "done") expect(answer.doneAt - at).to.be.within(-contract.toleranceMs, contract.toleranceMs);
    return at;
  };
  afterEach(async () => {
    await open?.world.stop();
    open = undefined;
  });

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

  it("stops a process and lets it go on", async () => {
    const run = await start([pause], [{ kind: "process", id: "w1", changes: ["c1"], at: store }]);
    const at = await shoot(run);
    await run.wait(700);
    expect(difference(run.before, await run.world.digest()).map(({ key }) => key.split("/")[0])).to.include("store");
    await run.world.undo("c1");
    await run.world.release("c1");
    const end = run.clock.now();
    await run.wait(700);
    expect(await run.finish()).to.deep.equal([]);
    const stopped = (from: number, to: number): readonly (number | undefined)[] => [
      ...new Set(
        run
          .rows()
          .filter(([when]) => when >= from && when <= to)
          .map(([, values]) => values["stopped"]),
      ),
    ];
    expect(stopped(at + 150, end - 150)).to.deep.equal([1]);
    expect(stopped(end + 150, end + 600)).to.deep.equal([0]);
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
    expect(sumOf(run.rows(), "readings", at + 250, end))
      .to.be.above(0)
      .and.equal(sumOf(run.rows(), "down", at + 250, end));
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

  it("holds the syncs of a process, which witness and digest show, and lets go of it", async () => {
    const run = await start([hold], [{ kind: "sync", id: "w1", changes: ["c1"], at: store, asked: { delayMs: 300 } }]);
    const at = await shoot(run);
    await run.wait(900);
    expect(difference(run.before, await run.world.digest()).map(({ key }) => key.split("/")[0])).to.include("store");
    expect(await run.world.undo("c1")).to.include({ answer: "done" });
    await run.world.release("c1");
    const end = run.clock.now();
    await run.wait(700);
    expect(await run.finish()).to.deep.equal([]);
    const traced = (from: number, to: number): readonly (number | undefined)[] => [
      ...new Set(
        run
          .rows()
          .filter(([when]) => when >= from && when <= to)
          .map(([, values]) => values["traced"]),
      ),
    ];
    expect(traced(0, at)).to.deep.equal([0]);
    expect(traced(at + 150, end - 150)).to.deep.equal([1]);
    expect(traced(end + 50, end + 600)).to.deep.equal([0]);
  });

  it("squeezes a process, which the digest shows, and restores the quota that was there before", async () => {
    const run = await start([squeeze], []);
    expect(run.armed[0]?.at.quota?.before).to.equal("-1");
    await shoot(run);
    const during = difference(run.before, await run.world.digest()).map(({ key }) => key);
    expect(during.filter((key) => key.startsWith("store/quota")).length).to.be.above(0);
    expect(await run.world.undo("c1")).to.include({ answer: "done" });
    await run.world.release("c1");
    expect(await run.finish()).to.deep.equal([]);
  });

  it("changes nothing by arming and disarming alone", async () => {
    const run = await start([packets(2_000)], [packetsWitness]);
    await run.wait(300);
    expect(await run.finish()).to.deep.equal([]);
  });

  it("shows a planted leak in the digest", async () => {
    const run = await start([], []);
    const leak = await run.plant();
    expect((await run.finish()).length).to.be.above(0);
    await leak.remove();
  });

  it("refuses a change that was never armed", async () => {
    const run = await start([], []);
    const outcome = await run.world.fire("c9", run.clock.now() + 100).then(
      (answer) => answer.answer,
      () => "refused",
    );
    expect(outcome).to.equal("refused");
  });
}
