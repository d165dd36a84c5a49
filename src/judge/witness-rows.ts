// What all kinds of witness share: the parts into which their rows fall and what is read from them.
import type { WitnessRow } from "../model/record.ts";
import type { Witness } from "../model/witness.ts";

export interface WitnessState {
  readonly during: "acted" | "not-acted" | "unseen";
  readonly after: "gone" | "still-acting" | "unseen";
  /** What was done to something that the fault should not have touched. */
  readonly harm: string | undefined;
  readonly changes: readonly string[];
}

/** What one kind of witness reads from its rows. */
export interface Reading {
  readonly during: WitnessState["during"];
  readonly after: WitnessState["after"];
  readonly harm: string | undefined;
  readonly sentence: string;
}

/** A row speaks about the time since the row before it, so those that straddle fire or undo belong to no part. */
export interface Parts {
  readonly before: readonly WitnessRow[];
  readonly during: readonly WitnessRow[];
  readonly after: readonly WitnessRow[];
  /** When the last change acted. */
  readonly fromMs: number;
  /** When the first change was undone: what began before and ended after it was set free early. */
  readonly untilMs: number;
}

/** A witness that looked at one moment only knows nothing about the rest: its rows must reach from beginning to end, without a hole where rows come evenly. */
export function isWatched({ during, fromMs, untilMs }: Parts, longestGapMs: number): boolean {
  const times = [fromMs, ...during.map(([at]) => at), untilMs];
  return times.every((at, index) => at - (times[index - 1] ?? at) <= longestGapMs);
}

export const values = (rows: readonly WitnessRow[], name: string): readonly number[] =>
  rows.flatMap(([, measured]) => (measured[name] === undefined ? [] : [measured[name]]));
export const total = (rows: readonly WitnessRow[], name: string): number => values(rows, name).reduce((sum, value) => sum + value, 0);

export function placeOf(witness: Witness): string {
  return witness.at.process === undefined ? witness.at.component : `${witness.at.component}/${witness.at.process}`;
}
