// Cases by the thousand, always the same ones, and what became of them.
import * as fc from "fast-check";
import { join } from "node:path";
import { ledgerNames } from "./ledgers.ts";
import { type Case, type Result, runCase, type Trusting } from "./one-case.ts";
import { kinds } from "./ops.ts";
import { type BeginningName, beginnings, type UpheavalName, upheavals } from "./upheavals.ts";

const seed = 5;
/** Generated at once. */
const portion = 1_000;
/** Played at once: some of them wait for a timer of the agent. */
const together = 32;

const upheaval = fc.constantFrom(...(Object.keys(upheavals) as UpheavalName[]));
const few = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: fc.tuple(upheaval) },
  { weight: 1, arbitrary: fc.tuple(upheaval, upheaval) },
);
const beginning = fc.constantFrom(...(Object.keys(beginnings) as BeginningName[]));

const anyCase: fc.Arbitrary<Case> = fc.record({
  op: fc.constantFrom(...kinds),
  sameTicks: fc.boolean(),
  beginnings: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(beginning) }),
  astray: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  armed: few,
  stalled: few,
  fired: few,
  ends: fc.constantFrom(["agent"], ["keeper"], ["agent", "keeper"], ["keeper", "agent"]),
  ledger: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...ledgerNames) }),
});

export interface Tally {
  readonly cases: number;
  readonly shots: Readonly<Record<Result["shot"], number>>;
  /** Cases in which nothing had changed that the place meant. */
  readonly calm: number;
  /** Each with its case. */
  readonly wrong: readonly string[];
  readonly complaints: readonly string[];
}

export async function tallyOf(
  count: number,
  folder: string,
  trusting?: Trusting,
  wanted: (one: Case) => boolean = () => true,
): Promise<Tally> {
  const shots = { done: 0, refused: 0, lost: 0 };
  let calm = 0;
  const wrong: string[] = [];
  const complaints: string[] = [];
  const play = async (number: number, one: Case): Promise<void> => {
    const result = await runCase(one, join(folder, String(number)), trusting);
    shots[result.shot] += 1;
    calm += result.isCalm ? 1 : 0;
    const words = JSON.stringify(one);
    wrong.push(...result.wrong.map((sentence) => `${sentence}: ${words}`));
    complaints.push(...result.complaints.map((sentence) => `${sentence}: ${words}`));
  };
  let played = 0;
  for (let drawn = 0; played < count; drawn += portion) {
    const cases = fc
      .sample(anyCase, { seed: seed + drawn, numRuns: portion })
      .filter(wanted)
      .slice(0, count - played);
    const queue = cases.entries();
    // Several take from one queue.
    const worker = async (): Promise<void> => {
      for (const [index, one] of queue) await play(drawn + index, one);
    };
    await Promise.all(Array.from({ length: together }, worker));
    played += cases.length;
  }
  return { cases: played, shots, calm, wrong, complaints };
}
