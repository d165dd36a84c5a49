// A disk limit acts when the cgroup completes no more than the limit although it wants to, and our own synced write inside it crawls; both, since an idle disk stays below any limit.
import type { WitnessRow } from "../model/record.ts";
import type { Witness } from "../model/witness.ts";
import { ascending, median } from "../statistics/quantile-bound.ts";
import {
  afterwards,
  didWait,
  high,
  isBystanderSlower,
  isWatched,
  type Parts,
  placeOf,
  type Reading,
  show,
  toldSpan,
  values,
  waitedWords,
} from "./witness-rows.ts";

/** Kernels account a limit in slices and let a slice's worth through at once. */
const rateSlack = 1.25;
const burstSeconds = 1;
/** Who takes less of the limit is not held by it. Members without a leader write little by themselves: 0.7 of 2 a second was seen while a write of ours hung for a second. */
const demandNeeded = 0.2;
/** Rows come every second, and later where the limit holds up the prober's own journal. */
const longestGapMs = 3_000;
/** Below this a change of latency says nothing. */
const floorMs = 20;

const middle = (rows: readonly WitnessRow[], name: string): number | undefined => median(ascending(values(rows, name)));

/** IOs completed between the first and the last row, per second. */
function rateOf(rows: readonly WitnessRow[]): { readonly perSecond: number; readonly seconds: number; readonly ios: number } | undefined {
  const told = toldSpan(rows, "ios");
  if (!told) return undefined;
  const ios = told.rise("ios");
  const seconds = told.ms / 1_000;
  return { ios, seconds, perSecond: ios / seconds };
}

export function diskState(witness: Extract<Witness, { kind: "disk" }>, parts: Parts): Reading {
  const limit = witness.writeIops;
  const rate = rateOf(parts.during);
  const [before, after] = [middle(parts.before, "writeMs"), middle(parts.after.slice(-3), "writeMs")];
  const [bystanderBefore, bystanderDuring] = [middle(parts.before, "bystanderMs"), middle(parts.during, "bystanderMs")];
  const crawlMs = Math.max(3 * (before ?? 0), 500 / limit, floorMs);
  // What the undo set free took at least that long: proof where it crawled by then, and nothing where it had no time to.
  const whole = parts.during.filter(([at, { writeMs = 0 }]) => writeMs >= crawlMs || at + writeMs <= parts.untilMs);
  const during = middle(whole, "writeMs");
  // Without a bystander that was fine before, a slow disk and a slow machine look the same.
  const seen =
    isWatched(parts, longestGapMs) && before !== undefined && during !== undefined && rate !== undefined && bystanderBefore !== undefined;
  const obeyed = rate !== undefined && rate.ios <= rateSlack * limit * (rate.seconds + burstSeconds);
  const wanted = rate !== undefined && rate.perSecond >= demandNeeded * limit;
  const harmed = isBystanderSlower(parts, bystanderBefore, bystanderDuring, floorMs);
  const healedMs = Math.max(3 * (before ?? 0), high(parts.before, "writeMs"), floorMs);
  return {
    during: !seen ? "unseen" : during >= crawlMs && obeyed && wanted && didWait(parts) ? "acted" : "not-acted",
    after: afterwards({ isGone: after === undefined ? undefined : after <= healedMs, looks: values(parts.after, "writeMs").length }),
    // A write that hangs leaves no row: a bystander that was seen before and not during is harmed, too.
    harm:
      harmed || (bystanderBefore !== undefined && bystanderDuring === undefined)
        ? `${placeOf(witness)}: a bystander's write took ${show(bystanderDuring)} instead of ${show(bystanderBefore)}`
        : undefined,
    sentence: `${placeOf(witness)}: canary write ${show(before)} before, ${show(during)} during, ${show(after)} after; ${rate ? rate.perSecond.toFixed(1) : "unknown"} IOs per second during (limit ${limit})${waitedWords(parts)}${bystanderBefore === undefined ? "; no write of a bystander was seen before" : ""}`,
  };
}
