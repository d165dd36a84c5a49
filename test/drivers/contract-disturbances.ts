// What every World must do to packets for chosen peers, where the kernel has netem. What their witness saw is read by the judge's own eyes.
import { expect } from "chai";
import { disturbanceState } from "../../src/judge/witness-disturbance.ts";
import { difference } from "../../src/model/digest.ts";
import type { Disturbance } from "../../src/model/op.ts";
import type { WitnessRow } from "../../src/model/record.ts";
import { disturb, disturbanceWitness } from "./contract-plans.ts";
import { type ContractRuns, valuesOf } from "./contract-runs.ts";

const disturbances: Readonly<Record<string, Disturbance>> = {
  "holds packets back": { kind: "delay", delayMs: 150, spreadMs: 0 },
  "holds each packet back for a time of its own": { kind: "delay", delayMs: 50, spreadMs: 250 },
  "sends packets twice": { kind: "duplicate", percent: 50 },
  "lets packets overtake each other": { kind: "reorder", percent: 40, delayMs: 150 },
};
const alpha = 1e-3;
/** Between a shot and what is counted: readings of a slow machine are late. */
const marginMs = 250;

function middle(rows: readonly WitnessRow[], name: string): number {
  const all = rows.flatMap(([, { [name]: value }]) => (value === undefined ? [] : [value])).toSorted((one, other) => one - other);
  return all[Math.floor(all.length / 2)] ?? Number.NaN;
}

export function disturbanceCases({ start, shoot, needs }: ContractRuns): void {
  for (const [does, disturbance] of Object.entries(disturbances))
    it(`${does} for one peer alone, which the digest shows, and gives the queue back that was there`, async function () {
      needs("netem", this);
      const witness = disturbanceWitness(disturbance);
      const run = await start([disturb(disturbance)], [witness]);
      await run.wait(4_000);
      const at = await shoot(run);
      await run.wait(10_000);
      expect(difference(run.before, await run.world.digest()).map(({ key }) => key)).to.include("server/qdiscs");
      const until = run.clock.now();
      expect(await run.world.undo("c1")).to.include({ answer: "done" });
      await run.world.release("c1");
      const end = run.clock.now();
      await run.wait(4_000);
      expect(await run.finish()).to.deep.equal([]);
      const rows = (from: number, to: number): readonly WitnessRow[] => run.rows().filter(([when]) => when >= from && when <= to);
      const parts = {
        before: rows(0, at - marginMs),
        during: rows(at + marginMs, until),
        after: rows(end + marginMs, Infinity),
        fromMs: at + marginMs,
        untilMs: until,
      };
      const { sentence, ...state } = disturbanceState(witness, parts, alpha);
      expect(state, sentence).to.deep.equal({ during: "acted", after: "gone", harm: undefined });
      // The kernel puts one root queue in the place of another, twice: what is sent in that very moment may be lost.
      const around = rows(at - 2_000, end + 2_000);
      const lost = around.filter(([, { bystanderAnswers }]) => bystanderAnswers === 0).length;
      expect(lost, "canaries to the bystander that were lost").to.be.at.most(1);
      expect(valuesOf(around, "bystanderAnswers", 0, Infinity)).not.to.include(2);
      expect(middle(parts.during, "bystanderMs") - middle(parts.before, "bystanderMs")).to.be.below(50);
    });

  it("disturbs nobody by arming and disarming alone", async function () {
    needs("netem", this);
    const disturbance = { kind: "delay", delayMs: 150, spreadMs: 0 } as const;
    const run = await start([disturb(disturbance)], [disturbanceWitness(disturbance)]);
    await run.wait(3_000);
    expect(await run.finish()).to.deep.equal([]);
    expect(valuesOf(run.rows(), "answers", 0, Infinity).filter((count) => count !== undefined)).to.deep.equal([1]);
    expect(middle(run.rows(), "ms")).to.be.below(100);
  });

  it("holds packets back until the end of the lease when nobody undoes", async function () {
    needs("netem", this);
    const disturbance = { kind: "delay", delayMs: 300, spreadMs: 0 } as const;
    const run = await start([disturb(disturbance, 2_000)], [disturbanceWitness(disturbance)]);
    await run.wait(1_500);
    const at = await shoot(run);
    await run.wait(5_000);
    // The rows' end was reached before anybody undid anything.
    const unaided = run.clock.now();
    await run.world.undo("c1");
    await run.world.release("c1");
    expect(await run.finish()).to.deep.equal([]);
    const rows = (from: number, to: number): readonly WitnessRow[] => run.rows().filter(([when]) => when >= from && when <= to);
    expect(middle(rows(at + marginMs, at + 1_800), "ms")).to.be.within(290, 450);
    expect(middle(rows(at + 3_500, unaided), "ms")).to.be.below(200);
  });
}
