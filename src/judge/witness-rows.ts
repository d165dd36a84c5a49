// What all kinds of witness share: the parts into which their rows fall and what is read from them.
import type { WitnessRow } from "../model/record.ts";
import { formatDuration } from "../model/duration.ts";
import { placeName } from "../model/op.ts";
import type { Witness } from "../model/witness.ts";
import { ascending, quantile } from "../statistics/quantile-bound.ts";

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

/** A row speaks about the time since the row before it, so those that straddle fire or undo belong to no part; nor does what lies between a shot and its answer. */
export interface Parts {
  readonly before: readonly WitnessRow[];
  readonly during: readonly WitnessRow[];
  readonly after: readonly WitnessRow[];
  /** When the last change acted. */
  readonly fromMs: number;
  /** When the first change was undone: what began before and ended after it was set free early. */
  readonly untilMs: number;
}

/** Fewer looks afterwards may each have met a busy moment of the machine, where a run ended at once. That the limit itself is what it was is in the digest. */
const leastLooks = 3;

/** How slow it still is proves that something acts only by several looks; one is enough to see that nothing does. `isGone` is undefined where nobody looked. */
export function afterwards({ isGone, looks }: { readonly isGone: boolean | undefined; readonly looks: number }): WitnessState["after"] {
  if (isGone === true) return "gone";
  return isGone === undefined || looks < leastLooks ? "unseen" : "still-acting";
}

/** A witness that looked at one moment only knows nothing about the rest: its rows must reach from beginning to end, without a hole where rows come evenly. */
export function isWatched({ during, fromMs, untilMs }: Parts, longestGapMs: number): boolean {
  const times = [fromMs, ...during.map(([at]) => at), untilMs];
  return times.every((at, index) => at - (times[index - 1] ?? at) <= longestGapMs);
}

export const values = (rows: readonly WitnessRow[], name: string): readonly number[] =>
  rows.flatMap(([, measured]) => (measured[name] === undefined ? [] : [measured[name]]));
export const total = (rows: readonly WitnessRow[], name: string): number => values(rows, name).reduce((sum, value) => sum + value, 0);

/** From the first to the last row that tells of `name`: how long that is, and by how much a counter rose meanwhile; undefined where no time lies between them. */
export function toldSpan(
  rows: readonly WitnessRow[],
  name: string,
): { readonly ms: number; readonly rise: (counter: string) => number } | undefined {
  const told = rows.filter(([, measured]) => measured[name] !== undefined);
  const [first, last] = [told[0], told.at(-1)];
  if (!first || !last || last[0] <= first[0]) return undefined;
  return { ms: last[0] - first[0], rise: (counter) => (last[1][counter] ?? 0) - (first[1][counter] ?? 0) };
}

export const placeOf = ({ at }: Witness): string => placeName(at);

/** What nine in ten stayed below; not the largest: one stall beforehand must not excuse everything after it. */
export const high = (rows: readonly WitnessRow[], name: string): number => quantile(ascending(values(rows, name)), 0.9) ?? 0;
export const show = (ms: number | undefined): string => (ms === undefined ? "unknown" : formatDuration(ms));

/** Whether the bystander's canary took far longer than it did before. */
export function isBystanderSlower({ before }: Parts, beforeMs: number | undefined, duringMs: number | undefined, floorMs: number): boolean {
  if (beforeMs === undefined || duringMs === undefined) return false;
  return duringMs > Math.max(3 * beforeMs, high(before, "bystanderMs"), floorMs);
}

/** The share of a part in which somebody of the group waited for what the fault takes; undefined where its kernel does not say so. */
function waitedShare(rows: readonly WitnessRow[]): number | undefined {
  const told = toldSpan(rows, "waitedMs");
  return told && told.rise("waitedMs") / told.ms;
}

/** Of a fault that makes its group wait, nobody may have felt nothing: a kernel that says so refutes it. One that says nothing proves nothing. */
export const didWait = ({ during }: Parts): boolean => (waitedShare(during) ?? 1) > 0;

/** "" where the kernel does not say. */
export function waitedWords({ before, during }: Parts): string {
  const [was, is] = [waitedShare(before), waitedShare(during)];
  return is === undefined
    ? ""
    : `; somebody in its group waited for it ${Math.round(100 * is)} % of the time (${was === undefined ? "unknown" : `${Math.round(100 * was)} %`} before)`;
}
