// How a case of the World contract gets a run, fires into it and reads what its witnesses saw.
import { expect } from "chai";
import type { Clock } from "../../src/model/clock.ts";
import { difference } from "../../src/model/digest.ts";
import type { Change } from "../../src/model/op.ts";
import type { JournalRecord, WitnessRow } from "../../src/model/record.ts";
import type { Need } from "../../src/model/plan.ts";
import type { Stack } from "../../src/model/stack.ts";
import type { Witness } from "../../src/model/witness.ts";
import type { World } from "../../src/model/world.ts";
import { contractPlan } from "./contract-plans.ts";

interface ContractRun {
  readonly world: World;
  readonly clock: Clock;
  /** Leaves something behind that no run asked for, and takes it away again. */
  plant(): Promise<{ remove(): Promise<void> }>;
}

export interface Contract {
  /** Components "server" and "store" (volume "data", process "store") and vantage "user", all on the network data. */
  readonly stack: Stack;
  /** How far from its instant a change may act, in milliseconds. */
  readonly toleranceMs: number;
  /** Why the machine under the world cannot do it; undefined: it can. */
  lacks(need: Need): string | undefined;
  open(): Promise<ContractRun>;
}

/** Sum of one value over the rows of a span. */
export const sumOf = (rows: readonly WitnessRow[], name: string, from: number, to: number): number =>
  rows.reduce((sum, [at, values]) => sum + (at >= from && at <= to ? (values[name] ?? 0) : 0), 0);

/** Each value that was read in a span, once. */
export const valuesOf = (rows: readonly WitnessRow[], name: string, from: number, to: number): readonly (number | undefined)[] => [
  ...new Set(rows.filter(([at]) => at >= from && at <= to).map(([, values]) => values[name])),
];

/** Share of the canaries sent in a span that arrived. */
export const share = (rows: readonly WitnessRow[], from: number, to: number): number => {
  const inside = rows.filter(([at]) => at >= from && at <= to);
  const sum = (name: string): number => inside.reduce((total, [, values]) => total + (values[name] ?? 0), 0);
  expect(sum("sent"), `canaries sent between ${from} and ${to}`).to.be.above(0);
  return sum("received") / sum("sent");
};

/** Registers that whatever a case has opened is stopped after it. */
export function contractRuns(contract: Contract) {
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
  /** Skips the case, by name, where the kernel lacks what it stands on. */
  const needs = (need: Need, running: Mocha.Context): void => {
    const why = contract.lacks(need);
    if (why === undefined) return;
    if (running.test) running.test.title += ` (${why})`;
    running.skip();
  };
  return { start, shoot, needs };
}

export type ContractRuns = ReturnType<typeof contractRuns>;
