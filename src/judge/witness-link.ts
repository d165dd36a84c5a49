// A link is down where the kernel says so inside the component and no canary of a peer arrives; it flaps where it turned as often, and was down for as long, as was asked.
import { formatDuration } from "../model/duration.ts";
import type { Witness } from "../model/witness.ts";
import type { WitnessRow } from "../model/record.ts";
import { fewest, lossOf, percent } from "./witness-packets.ts";
import { isWatched, type Parts, type Reading, placeOf, total } from "./witness-rows.ts";

/** Readings and canaries are counted over so long, and rows of both come in between each other: a row belongs to a part only with its whole window. */
const windowMs = 200;
/** A canary waits so long at its peer: sent just before the end, it may still arrive. */
const canaryMs = 500;
const longestGapMs = 1_000;
/** Of the share of time for which it should be down. */
const shareSlack = 0.1;
const turnsSlack = 0.25;

interface Seen {
  readonly readings: number;
  readonly downShare: number;
  readonly turns: number;
}

function seenIn(rows: readonly WitnessRow[]): Seen {
  const readings = total(rows, "readings");
  return { readings, downShare: readings === 0 ? 0 : total(rows, "down") / readings, turns: total(rows, "turns") };
}

/** From the first moment of the fault to `untilMs`: how long it should have been down, and how often it should have turned after it first went down. */
export function flapping({ downMs, upMs }: { readonly downMs: number; readonly upMs: number }, ms: number): Omit<Seen, "readings"> {
  const cycles = Math.floor(ms / (downMs + upMs));
  const rest = ms - cycles * (downMs + upMs);
  return { downShare: ms <= 0 ? 0 : (cycles * downMs + Math.min(rest, downMs)) / ms, turns: 2 * cycles + (rest > downMs ? 1 : 0) };
}

export function linkState(witness: Extract<Witness, { kind: "link" }>, parts: Parts, alpha: number): Reading {
  const inside = parts.during.filter(([at]) => at - windowMs >= parts.fromMs);
  const [before, during] = [seenIn(parts.before), seenIn(inside)];
  const afterwards = parts.after.filter(([at]) => at - windowMs >= parts.untilMs);
  const after = seenIn(afterwards);
  const lostBefore = lossOf(parts.before, alpha);
  const lost = lossOf(
    inside.filter(([at]) => at <= parts.untilMs - canaryMs),
    alpha,
  );
  // Some of them: who asked for a neighbour in vain asks again only after a second.
  const lostAfter = lossOf(afterwards, alpha);
  const asked = witness.flap === undefined ? { downShare: 1, turns: 0 } : flapping(witness.flap, parts.untilMs - parts.fromMs);
  const turned = Math.abs(during.turns - asked.turns) <= 1 + turnsSlack * asked.turns && (witness.flap === undefined || during.turns >= 1);
  const held = witness.flap === undefined ? during.downShare === 1 : Math.abs(during.downShare - asked.downShare) <= shareSlack;
  const calm = before.downShare === 0 && (witness.peer === undefined || lostBefore.lower <= shareSlack);
  // Flapping loses at least what is sent while it is down; neighbours that must be learnt anew lose more, but never all.
  const felt =
    witness.peer === undefined || (lost.upper >= asked.downShare - shareSlack && (witness.flap === undefined || lost.lost < lost.sent));
  const unseen =
    before.readings === 0 ||
    !isWatched({ ...parts, during: parts.during.filter(([, measured]) => measured["readings"] !== undefined) }, longestGapMs) ||
    (witness.peer !== undefined && (lost.sent < fewest || lostBefore.sent < fewest));
  const passes = witness.peer === undefined || (lostAfter.sent > 0 && lostAfter.lost < lostAfter.sent);
  return {
    during: unseen ? "unseen" : turned && held && calm && felt ? "acted" : "not-acted",
    after:
      after.readings === 0 || (witness.peer !== undefined && lostAfter.sent === 0)
        ? "unseen"
        : after.downShare === 0 && passes
          ? "gone"
          : "still-acting",
    harm: undefined,
    sentence: `${placeOf(witness)} on ${witness.network}: down in ${(100 * during.downShare).toFixed(0)} % of ${during.readings} readings with ${during.turns} turns during the fault (asked ${(100 * asked.downShare).toFixed(0)} %${witness.flap === undefined ? "" : ` and ${asked.turns} turns, ${formatDuration(witness.flap.downMs)} of every ${formatDuration(witness.flap.downMs + witness.flap.upMs)}`}), in ${(100 * before.downShare).toFixed(0)} % before, in ${(100 * after.downShare).toFixed(0)} % after${witness.peer === undefined ? "" : `; ${percent(lost)} of ${lost.sent} canary packets from ${witness.peer.component} lost, ${percent(lostBefore)} before, ${percent(lostAfter)} after`}`,
  };
}
