// Canary packets of our own on the faulted path: the share that was lost is the strength of the fault. Rule counters are not asked: one was seen to count 201 packets while none was lost.
import type { WitnessRow } from "../model/record.ts";
import type { Witness } from "../model/witness.ts";
import { lowerShare, upperShare } from "../statistics/clopper-pearson.ts";
import { isWatched, type Parts, type Reading, placeOf, total } from "./witness-rows.ts";

/** Packets under way when a row is written are counted in the next one. */
const slack = 0.02;
export const fewest = 10;
/** It reports every 200 ms. */
const longestGapMs = 1_000;
/** A lease may end what the undo did not: over a long recovery its packets would not be noticed. */
const soonMs = 2_000;

export interface Loss {
  readonly sent: number;
  readonly lost: number;
  readonly lower: number;
  readonly upper: number;
}

export function lossOf(rows: readonly WitnessRow[], alpha: number, sentName = "sent", receivedName = "received"): Loss {
  const sent = total(rows, sentName);
  const lost = Math.min(sent, Math.max(0, sent - total(rows, receivedName)));
  return { sent, lost, lower: lowerShare(lost, sent, alpha / 2), upper: upperShare(lost, sent, alpha / 2) };
}

const isLossy = (loss: Loss): boolean => loss.lower > slack || (loss.sent >= fewest && loss.lost === loss.sent);
export const percent = (loss: Loss): string => (loss.sent === 0 ? "unknown" : `${((100 * loss.lost) / loss.sent).toFixed(1)} %`);

export function packetsState(witness: Extract<Witness, { kind: "packets" }>, parts: Parts, alpha: number): Reading {
  const asked = witness.traffic.percent / 100;
  const [before, during, after] = [lossOf(parts.before, alpha), lossOf(parts.during, alpha), lossOf(parts.after, alpha)];
  const [first = 0] = parts.after[0] ?? [];
  const soon = lossOf(
    parts.after.filter(([at]) => at < first + soonMs),
    alpha,
  );
  const bystanders = lossOf(parts.during, alpha, "bystanderSent", "bystanderReceived");
  // The asked share must lie within what the canaries allow, some loss must be proved, and there must have been none before.
  const strong = during.lower <= asked + slack && during.upper >= asked - slack && during.lower > slack;
  const clean = before.lower <= slack;
  // A rule for one port promises that other ports pass: that takes evidence, too. A rule for all of them has no bystanders.
  const unwatched = witness.traffic.port !== undefined && bystanders.sent < fewest;
  return {
    during:
      during.sent < fewest || before.sent < fewest || unwatched || !isWatched(parts, longestGapMs)
        ? "unseen"
        : strong && clean
          ? "acted"
          : "not-acted",
    // Few packets cannot tell what was asked from nothing.
    after: [soon, after].some(isLossy) ? "still-acting" : after.upper < asked ? "gone" : "unseen",
    harm:
      bystanders.sent >= fewest && bystanders.lower > slack
        ? `${placeOf(witness)}: ${percent(bystanders)} of the bystander packets were lost too`
        : undefined,
    sentence: `${placeOf(witness)}: ${percent(during)} of ${during.sent} canary packets from ${witness.traffic.from.component} lost during the fault (asked ${witness.traffic.percent} %), ${percent(before)} before, ${percent(after)} after${unwatched ? `; ${bystanders.sent} bystander packets are too few to say that nothing else was hit` : ""}`,
  };
}
