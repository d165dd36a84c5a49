// Canary packets of our own on the faulted path: the share that was lost is the strength of the fault. Rule counters are not asked: one was seen to count 201 packets while none was lost.
import type { WitnessRow } from "../model/record.ts";
import type { Witness } from "../model/witness.ts";
import { lowerShare, upperShare } from "../statistics/clopper-pearson.ts";
import { isWatched, type Parts, type Reading, placeOf, total, values } from "./witness-rows.ts";

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

type PacketsWitness = Extract<Witness, { kind: "packets" }>;

interface KindReading extends Pick<Reading, "during" | "after"> {
  readonly losses: readonly [before: Loss, during: Loss, after: Loss];
}

/** What the canaries of one kind say: all of them, or datagrams and connections apart. */
function kindReading(witness: PacketsWitness, parts: Parts, alpha: number, names: readonly [sent: string, received: string]): KindReading {
  const asked = witness.traffic.percent / 100;
  const loss = (rows: readonly WitnessRow[]): Loss => lossOf(rows, alpha, ...names);
  const [before, during, after] = [loss(parts.before), loss(parts.during), loss(parts.after)];
  const [first = 0] = parts.after[0] ?? [];
  const soon = loss(parts.after.filter(([at]) => at < first + soonMs));
  // The asked share must lie within what the canaries allow, some loss must be proved, and there must have been none before.
  const strong = during.lower <= asked + slack && during.upper >= asked - slack && during.lower > slack;
  const clean = before.lower <= slack;
  return {
    during: during.sent < fewest || before.sent < fewest ? "unseen" : strong && clean ? "acted" : "not-acted",
    // Few packets cannot tell what was asked from nothing.
    after: [soon, after].some(isLossy) ? "still-acting" : after.upper < asked ? "gone" : "unseen",
    losses: [before, during, after],
  };
}

export function packetsState(witness: PacketsWitness, parts: Parts, alpha: number): Reading {
  const main = kindReading(witness, parts, alpha, ["sent", "received"]);
  // On any protocol each kind has a rule of its own. Older journals know one kind only.
  const isBoth = values([...parts.before, ...parts.during, ...parts.after], "connectionSent").length > 0;
  const connections = isBoth ? [kindReading(witness, parts, alpha, ["connectionSent", "connectionReceived"])] : [];
  const kinds = [main, ...connections];
  const bystanders = lossOf(parts.during, alpha, "bystanderSent", "bystanderReceived");
  // A rule for one port promises that other ports pass: that takes evidence, too. A rule for all of them has no bystanders.
  const unwatched = witness.traffic.port !== undefined && bystanders.sent < fewest;
  const isUnseen = unwatched || !isWatched(parts, longestGapMs) || kinds.some((kind) => kind.during === "unseen");
  const [before, during, after] = main.losses;
  const lost = ({ losses: [earlier, meanwhile, later] }: KindReading): string =>
    `, and ${percent(meanwhile)} of ${meanwhile.sent} connections, ${percent(earlier)} before, ${percent(later)} after`;
  return {
    during: isUnseen ? "unseen" : kinds.every((kind) => kind.during === "acted") ? "acted" : "not-acted",
    after: kinds.some((kind) => kind.after === "still-acting")
      ? "still-acting"
      : kinds.every((kind) => kind.after === "gone")
        ? "gone"
        : "unseen",
    harm:
      bystanders.sent >= fewest && bystanders.lower > slack
        ? `${placeOf(witness)}: ${percent(bystanders)} of the bystander packets were lost too`
        : undefined,
    sentence: `${placeOf(witness)}: ${percent(during)} of ${during.sent} canary packets from ${witness.traffic.from.component} lost during the fault (asked ${witness.traffic.percent} %), ${percent(before)} before, ${percent(after)} after${connections.map(lost).join("")}${unwatched ? `; ${bystanders.sent} bystander packets are too few to say that nothing else was hit` : ""}`,
  };
}
