// Squeezed memory acts where the limit left what was asked, reading by reading, and the group wanted more: it was hit, and page cache went or had to be read again. A limit that is never hit is none.
import type { WitnessRow } from "../model/record.ts";
import { formatSize } from "../model/size.ts";
import type { Witness } from "../model/witness.ts";
import { ascending, median } from "../statistics/quantile-bound.ts";
import { isWatched, type Parts, type Reading, placeOf, values, waitedWords } from "./witness-rows.ts";

/** It looks every 500 ms. */
const longestGapMs = 2_000;
/** The limit follows what cannot be taken twenty times a second, and programs take and give in between; the kernel's own figures are half a MiB apart. */
const slackBytes = 4 * 2 ** 20;
const asAskedNeeded = 0.9;

const sizeAt = (rows: readonly WitnessRow[], name: string): number | undefined => median(ascending(values(rows, name)));

function rise(rows: readonly WitnessRow[], name: string): number {
  const found = values(rows, name);
  return (found.at(-1) ?? 0) - (found[0] ?? 0);
}

/** Per second, so that times of different length compare. */
function rateOf(rows: readonly WitnessRow[], name: string): number {
  const seconds = ((rows.at(-1)?.[0] ?? 0) - (rows[0]?.[0] ?? 0)) / 1_000;
  return seconds <= 0 ? 0 : rise(rows, name) / seconds;
}

/** Beyond every machine. */
const noLimit = 2 ** 60;

/** What the limit leaves beyond what cannot be taken. */
const leftOf = ([, { useBytes = 0, cacheBytes = 0, limitBytes = 0 }]: WitnessRow): number => limitBytes - (useBytes - cacheBytes);

/** A limit in every reading, and in nine of ten of them the one that was asked for. */
function isAsked(rows: readonly WitnessRow[], headroomBytes: number): boolean {
  const asAsked = rows.filter((row) => Math.abs(leftOf(row) - headroomBytes) <= slackBytes);
  return values(rows, "limitBytes").every((bytes) => bytes < noLimit) && asAsked.length >= asAskedNeeded * rows.length;
}

const waitedPercent = (rows: readonly WitnessRow[]): number =>
  Math.round((100 * values(rows, "waiting").filter((value) => value === 1).length) / Math.max(1, rows.length));

const sizeWords = (bytes: number | undefined): string => (bytes === undefined ? "unknown" : bytes > noLimit ? "all" : formatSize(bytes));

export function memoryState(witness: Extract<Witness, { kind: "memory" }>, parts: Parts): Reading {
  const { before, during, after } = parts;
  const held = new Set(values(before, "limitBytes"));
  const seen = held.size > 0 && during.length > 0 && isWatched(parts, longestGapMs);
  const hits = rise(during, "hits");
  const [cacheBefore, cacheDuring] = [sizeAt(before, "cacheBytes"), sizeAt(during, "cacheBytes")];
  const [reread, rereadBefore] = [rateOf(during, "refaults"), rateOf(before, "refaults")];
  const gave = (cacheDuring ?? 0) < (cacheBefore ?? 0) || reread > rereadBefore;
  const strong = isAsked(during, witness.headroomBytes);
  const left = values(after, "limitBytes");
  // A group with a limit of its own may have hit that all the time.
  const healed = left.every((value) => held.has(value)) && (rise(after, "hits") === 0 || rise(before, "hits") > 0);
  const kills = rise([...before, ...during, ...after], "kills");
  return {
    during: !seen ? "unseen" : strong && hits > 0 && gave ? "acted" : "not-acted",
    after: left.length === 0 || held.size === 0 ? "unseen" : healed ? "gone" : "still-acting",
    harm: kills > 0 ? `${placeOf(witness)}: the kernel killed ${kills} of its processes for want of memory` : undefined,
    sentence: `${placeOf(witness)}: left ${sizeWords(median(ascending(during.map(leftOf))))} for page cache (asked ${formatSize(witness.headroomBytes)}), hit ${hits} times; page cache ${sizeWords(cacheBefore)} before, ${sizeWords(cacheDuring)} during; ${Math.round(reread)} pages read again per second (${Math.round(rereadBefore)} before); somebody waited for memory in ${waitedPercent(during)} % of the looks${waitedWords(parts)}`,
  };
}
