// A processor quota acts where the group used no more than its quota, was held back in most periods (it wanted more), and the same work of ours inside it took several times as long; all three, since an idle group stays below any quota and a busy machine slows any work.
import type { WitnessRow } from "../model/record.ts";
import type { Witness } from "../model/witness.ts";
import { ascending, quantile } from "../statistics/quantile-bound.ts";
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

/** Processor time is counted in ticks of 10 ms, and a period's quota may be overdrawn a little. */
const quotaSlack = 1.25;
const heldNeeded = 0.5;
/** Against the same work before, and outside the group at the same time: a busy machine slows both. */
const slowdown = 2;
/** Less than this is what schedulers do anyway. */
const floorMs = 20;
/** It looks every 1030 ms. */
const longestGapMs = 3_000;

/** A short piece of work that falls to the start of a period is done before the quota is used up, so the slowest quarter speaks. */
const slowest = (rows: readonly WitnessRow[], name: string): number | undefined => quantile(ascending(values(rows, name)), 0.75);

/** Between the first and the last row that count: processors used, and the share of the periods in which the kernel held the group back. */
function useOf(rows: readonly WitnessRow[]): { readonly cpus: number; readonly held: number } | undefined {
  const told = toldSpan(rows, "usedMs");
  return told && { cpus: told.rise("usedMs") / told.ms, held: told.rise("throttled") / Math.max(1, told.rise("periods")) };
}

export function cpuState(witness: Extract<Witness, { kind: "cpu" }>, parts: Parts): Reading {
  const use = useOf(parts.during);
  const [before, during, after] = [slowest(parts.before, "workMs"), slowest(parts.during, "workMs"), slowest(parts.after, "workMs")];
  const [bystanderBefore, bystanderDuring] = [slowest(parts.before, "bystanderMs"), slowest(parts.during, "bystanderMs")];
  const seen =
    isWatched(parts, longestGapMs) &&
    before !== undefined &&
    during !== undefined &&
    use !== undefined &&
    bystanderBefore !== undefined &&
    bystanderDuring !== undefined;
  const slowMs = Math.max(slowdown * Math.max(before ?? 0, bystanderDuring ?? 0), floorMs);
  const healedMs = Math.max(
    slowdown * Math.max(before ?? 0, slowest(parts.after, "bystanderMs") ?? 0),
    high(parts.before, "workMs"),
    floorMs,
  );
  // Nobody may have used up a quota that was left behind. Old journals do not name it.
  const [own, left] = [values(parts.before, "quotaUs"), values(parts.after, "quotaUs")];
  const foreign = own.length === 0 ? undefined : left.find((value) => !own.includes(value));
  const unknown = after === undefined || (left.length > 0 && own.length === 0);
  const acted = seen && during >= slowMs && use.cpus <= quotaSlack * witness.cpus && use.held >= heldNeeded && didWait(parts);
  const harmed = isBystanderSlower(parts, bystanderBefore, bystanderDuring, floorMs);
  return {
    during: !seen ? "unseen" : acted ? "acted" : "not-acted",
    after:
      foreign !== undefined
        ? "still-acting"
        : afterwards({ isGone: unknown ? undefined : after <= healedMs, looks: values(parts.after, "workMs").length }),
    harm: harmed
      ? `${placeOf(witness)}: the same work outside of its group took ${show(bystanderDuring)} instead of ${show(bystanderBefore)}`
      : undefined,
    sentence: `${placeOf(witness)}: canary work ${show(before)} before, ${show(during)} during, ${show(after)} after; ${use ? `${use.cpus.toFixed(2)} processors used (quota ${witness.cpus}), held back in ${Math.round(100 * use.held)} % of the periods` : "use unknown"}${waitedWords(parts)}${foreign === undefined ? "" : `; a quota of ${foreign} us after instead of ${own[0]}`}`,
  };
}
