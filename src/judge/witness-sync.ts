// Held syncs act where each sync that ended took at least the delay, failing ones where the asked share of them failed; without a sync nobody wanted what the fault holds up.
// All of this is measured by the tracer that does it, on the calls themselves. What the disk or a throttle would show is another thing: writes of others are as fast as ever.
import type { Witness } from "../model/witness.ts";
import { formatDuration } from "../model/duration.ts";
import { isWatched, type Parts, type Reading, placeOf, total, values } from "./witness-rows.ts";

/** It looks every 200 ms. */
const longestGapMs = 1_000;
/** Fewer syncs than this are an accident and no demand, where there was time for more. */
const fewest = 3;
/** The tracer's clock and the delay's are not one: 499.9 of 500 ms were seen. */
const delayShare = 0.99;
/** Of the share that was asked: each thread counts its own syncs. */
const shareSlack = 2;

export function syncState(witness: Extract<Witness, { kind: "sync" }>, parts: Parts): Reading {
  const { asked } = witness;
  const calls = total(parts.during, "calls");
  const failed = total(parts.during, "failed");
  const shortestMs = Math.min(...values(parts.during, "shortestMs"));
  const same = values([...parts.during, ...parts.after], "sameStart").every((value) => value === 1);
  const traced = values(parts.during, "traced");
  const before = values(parts.before, "traced");
  const after = [...values(parts.after, "traced"), ...values(parts.after, "halted")];
  // The whole delay must fit twice, or there was no time for more.
  const due = "delayMs" in asked ? Math.max(1, Math.min(fewest, Math.floor((parts.untilMs - parts.fromMs) / (2 * asked.delayMs)))) : fewest;
  const strong =
    "delayMs" in asked
      ? shortestMs >= delayShare * asked.delayMs
      : failed > 0 && (asked.failEvery === 1 ? failed === calls : failed <= (shareSlack * calls) / asked.failEvery + shareSlack);
  const held =
    "delayMs" in asked
      ? `the shortest took ${calls === 0 ? "unknown" : formatDuration(shortestMs)} (asked ${formatDuration(asked.delayMs)})`
      : `${failed} failed (asked one in ${asked.failEvery})`;
  const gone = after.every((value) => value === 0);
  return {
    during:
      before.length === 0 || !isWatched(parts, longestGapMs)
        ? "unseen"
        : traced.every((value) => value === 1) && before.every((value) => value === 0) && same && calls >= due && strong
          ? "acted"
          : "not-acted",
    after: after.length === 0 ? "unseen" : gone ? "gone" : "still-acting",
    harm: undefined,
    sentence: `${placeOf(witness)}: ${calls} syncs during the fault, ${held}; ${after.length === 0 ? "not seen" : gone ? "traced by nobody" : "still traced or halted"} after${same ? "" : "; it was another process meanwhile"}`,
  };
}
