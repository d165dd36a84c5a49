// A rate is limited where trains of our own canaries arrive no faster than asked, although they did before; and no slower, unless what left altogether shows that others took the rest.
// Where others want so much more than the rate that hardly a train gets through, all that left is as much as asked, no more and no less, in every look.
import type { Witness } from "../model/witness.ts";
import type { WitnessRow } from "../model/record.ts";
import { formatRate } from "../model/rate.ts";
import { ascending, median, quantile } from "../statistics/quantile-bound.ts";
import { isWatched, type Parts, type Reading, placeOf, afterwards, values } from "./witness-rows.ts";

/** Above the asked rate. Medians of trains were 0.95 to 1.00 of it, from 100kbit to 20mbit. */
const fastest = 1.15;
/** Below it: a busy receiver reads late. */
const slowest = 0.7;
/** A path that was hardly faster before was not slowed down by us. */
const fasterBefore = 2;
/** Trains come every 500 ms to 1.8 s, and wait in a full queue. */
const longestGapMs = 5_000;
const fewestTrains = 3;

const show = (bitsPerSecond: number | undefined): string => (bitsPerSecond === undefined ? "unknown" : formatRate(bitsPerSecond));
/** What began before belongs to no part. */
const whole = (rows: readonly WitnessRow[], fromMs: number) => rows.filter(([at, { tookMs = 0 }]) => at - tookMs >= fromMs);
const trains = (rows: readonly WitnessRow[]): readonly number[] => ascending(values(rows, "bitsPerSecond"));

export function rateState(witness: Extract<Witness, { kind: "rate" }>, parts: Parts): Reading {
  const asked = witness.bitsPerSecond;
  const inside = whole(parts.during, parts.fromMs);
  const [before, during, after] = [parts.before, inside, whole(parts.after, parts.untilMs)].map(trains);
  const [fast, slow, again] = [before, during, after].map((rates) => median(rates ?? []));
  const left = ascending(values(inside, "leftBitsPerSecond"));
  const most = Math.max(quantile(during ?? [], 0.9) ?? 0, quantile(left, 0.9) ?? 0);
  const areWatched = (name: string): boolean =>
    isWatched({ ...parts, during: parts.during.filter(([, { [name]: value }]) => value !== undefined) }, longestGapMs);
  const trainsCame = (during ?? []).length >= fewestTrains && areWatched("bitsPerSecond");
  const full = areWatched("leftBitsPerSecond") && (left[0] ?? 0) >= slowest * asked && (left.at(-1) ?? Infinity) <= fastest * asked;
  const unseen = (before ?? []).length < fewestTrains || !(trainsCame || full);
  const acted = most >= slowest * asked && (slow ?? 0) <= fastest * asked && (fast ?? 0) >= fasterBefore * asked;
  return {
    during: unseen ? "unseen" : acted ? "acted" : "not-acted",
    after: afterwards({ isGone: again === undefined ? undefined : again >= fasterBefore * asked, looks: (after ?? []).length }),
    harm: undefined,
    sentence: `${placeOf(witness)} on ${witness.network}: trains of canaries to ${witness.peer.component} came at ${show(slow)} during the fault (asked ${formatRate(asked)}), ${show(fast)} before, ${show(again)} after; all that left was ${show(most)} at most`,
  };
}
