// Packets are disturbed where our own numbered canaries on the same way are: each takes longer by what was asked, as many as asked are answered twice, or are held back and overtaken by those behind them.
// Canaries to a bystander on the same network must fare as before.
import { formatDuration } from "../model/duration.ts";
import { type Disturbance, waitMsOf } from "../model/op.ts";
import type { WitnessRow } from "../model/record.ts";
import type { Witness } from "../model/witness.ts";
import { lowerShare, upperShare } from "../statistics/clopper-pearson.ts";
import { ascending, median, quantile } from "../statistics/quantile-bound.ts";
import { afterwards, isBystanderSlower, isWatched, type Parts, type Reading, placeOf, show, values } from "./witness-rows.ts";

const fewest = 30;
const fewestOfBystander = 10;
/** Canaries come 7 to 50 times a second. */
const longestGapMs = 1_000;
/** Of a share: canaries are lost or late by themselves, too. */
const slack = 0.03;
/** Of what was asked. netem lets nothing go early; a busy machine reads late. */
const [leastShare, mostShare, lateMs] = [0.9, 1.25, 10] as const;
/** The middle eight tenths of an even spread. */
const inner = 0.8;
const innerSlack = 0.25;

interface Share {
  readonly count: number;
  readonly of: number;
  readonly lower: number;
  readonly upper: number;
}

interface Seen {
  readonly sent: number;
  /** Of those that were answered, ascending. */
  readonly ms: readonly number[];
  readonly twice: Share;
  readonly overtaken: Share;
}

function seenIn(rows: readonly WitnessRow[], alpha: number): Seen {
  const answers = values(rows, "answers");
  const answered = answers.filter((count) => count > 0).length;
  const share = (count: number): Share => shareOf(count, answered, alpha);
  return {
    sent: answers.length,
    ms: ascending(values(rows, "ms")),
    twice: share(answers.filter((count) => count > 1).length),
    overtaken: share(values(rows, "overtaken").filter((one) => one === 1).length),
  };
}

const shareOf = (count: number, of: number, alpha: number): Share => ({
  count,
  of,
  lower: lowerShare(count, of, alpha / 2),
  upper: upperShare(count, of, alpha / 2),
});
const percent = ({ count, of }: Share): string => (of === 0 ? "unknown" : `${((100 * count) / of).toFixed(1)} %`);
const isNear = ({ lower, upper }: Share, asked: number): boolean => lower <= asked + slack && upper >= asked - slack && lower > slack;

/** The share that took at least half as long as those are held back that are. */
const heldBack = ({ ms }: Seen, baseMs: number, delayMs: number, alpha: number): Share =>
  shareOf(ms.filter((one) => one >= baseMs + delayMs / 2).length, ms.length, alpha);

interface Judged {
  readonly acted: boolean;
  /** Undefined: too few canaries to tell. */
  readonly isGone: boolean | undefined;
  readonly words: string;
}

type Three = readonly [before: Seen, during: Seen, after: Seen];

function delayed({ delayMs, spreadMs }: Extract<Disturbance, { kind: "delay" }>, [before, during, after]: Three): Judged {
  const base = median(before.ms) ?? 0;
  const [low = 0, middle = 0, high = 0] = [0.1, 0.5, 0.9].map((q) => quantile(during.ms, q));
  const held = low - base >= leastShare * delayMs && middle - base <= mostShare * (delayMs + spreadMs / 2) + lateMs;
  const spread = high - low;
  const isSpread = spread >= inner * (1 - innerSlack) * spreadMs && spread <= inner * (1 + innerSlack) * spreadMs + lateMs;
  const again = median(after.ms);
  return {
    acted: held && (spreadMs === 0 || isSpread),
    isGone: again === undefined ? undefined : again - base < (delayMs + spreadMs / 2) / 2,
    words: `took ${show(middle)}${spreadMs === 0 ? "" : ` (eight in ten between ${show(low)} and ${show(high)})`} during the fault (asked ${asked(delayMs, spreadMs)} more), ${show(median(before.ms))} before, ${show(again)} after`,
  };
}

const asked = (delayMs: number, spreadMs: number): string =>
  spreadMs === 0 ? formatDuration(delayMs) : `${formatDuration(delayMs)} to ${formatDuration(delayMs + spreadMs)}`;

/** Few canaries cannot tell the asked share from none. */
const goneOf = (share: Share, wanted: number): boolean | undefined =>
  share.lower > slack ? false : share.upper < wanted ? true : undefined;

function doubled(wanted: number, [before, during, after]: Three): Judged {
  return {
    acted: isNear(during.twice, wanted) && before.twice.lower <= slack,
    isGone: goneOf(after.twice, wanted),
    words: `were answered twice in ${percent(during.twice)} of ${during.twice.of} during the fault (asked ${100 * wanted} %), ${percent(before.twice)} before, ${percent(after.twice)} after`,
  };
}

function reordered({ percent: hundredths, delayMs }: Extract<Disturbance, { kind: "reorder" }>, three: Three, alpha: number): Judged {
  const wanted = hundredths / 100;
  const base = median(three[0].ms) ?? 0;
  const [before, during, after] = three.map((seen) => heldBack(seen, base, delayMs, alpha)) as [Share, Share, Share];
  const [calm, meanwhile] = three.map(({ overtaken }) => overtaken) as [Share, Share, Share];
  return {
    acted: isNear(during, wanted) && before.lower <= slack && meanwhile.lower > slack && calm.lower <= slack,
    isGone: goneOf(after, wanted),
    words: `were held back in ${percent(during)} of ${during.of} and overtaken in ${percent(meanwhile)} during the fault (asked ${hundredths} % for ${formatDuration(delayMs)}), held back in ${percent(before)} before, ${percent(after)} after`,
  };
}

function judgedOf(disturbance: Disturbance, three: Three, alpha: number): Judged {
  switch (disturbance.kind) {
    case "delay":
      return delayed(disturbance, three);
    case "duplicate":
      return doubled(disturbance.percent / 100, three);
    case "reorder":
      return reordered(disturbance, three, alpha);
  }
}

export function disturbanceState(witness: Extract<Witness, { kind: "disturbance" }>, parts: Parts, alpha: number): Reading {
  // An undo is answered when the queue is empty: what was sent meanwhile was free already.
  const inside = parts.during.filter(([at]) => at <= parts.untilMs - waitMsOf(witness.disturbance));
  const three: Three = [seenIn(parts.before, alpha), seenIn(inside, alpha), seenIn(parts.after, alpha)];
  const [before, during, after] = three;
  const { acted, isGone, words } = judgedOf(witness.disturbance, three, alpha);
  const bystanders = values(inside, "bystanderAnswers").length;
  const unwatched = witness.bystander !== undefined && bystanders < fewestOfBystander;
  const unseen = during.sent < fewest || before.sent < fewest || before.ms.length === 0 || unwatched || !isWatched(parts, longestGapMs);
  return {
    during: unseen ? "unseen" : acted ? "acted" : "not-acted",
    after: afterwards({ isGone, looks: after.sent }),
    harm: harmOf(witness, { ...parts, during: inside }, alpha),
    sentence: `${placeOf(witness)} on ${witness.network}: canaries to ${witness.peer.component} ${words}${bystanderWords(witness, bystanders)}`,
  };
}

const bystanderWords = ({ bystander, network }: Extract<Witness, { kind: "disturbance" }>, canaries: number): string => {
  if (bystander) return `; ${canaries} canaries to ${bystander.component} said how bystanders fared`;
  return `; nobody else on ${network} was asked`;
};

function harmOf(
  { at, bystander }: Extract<Witness, { kind: "disturbance" }>,
  { before, during, ...span }: Parts,
  alpha: number,
): string | undefined {
  if (!bystander) return undefined;
  const answers = values(during, "bystanderAnswers");
  const [earlier, meanwhile] = [before, during].map((rows) => median(ascending(values(rows, "bystanderMs"))));
  const lost = shareOf(answers.filter((count) => count === 0).length, answers.length, alpha);
  const twice = shareOf(answers.filter((count) => count > 1).length, answers.length, alpha);
  const suffered = [
    ...(isBystanderSlower({ before, during, ...span }, earlier, meanwhile, lateMs)
      ? [`took ${show(meanwhile)} instead of ${show(earlier)}`]
      : []),
    ...(lost.lower > slack ? [`were lost in ${percent(lost)}`] : []),
    ...(twice.lower > slack ? [`were answered twice in ${percent(twice)}`] : []),
  ];
  return suffered.length === 0
    ? undefined
    : `canaries of ${at.component} to the bystander ${bystander.component} ${suffered.join(" and ")}`;
}
