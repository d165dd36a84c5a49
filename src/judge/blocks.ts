// From samples to blocks, the unit of evidence. Samples come in bursts: with samples as the unit, stalls of 60-150 ms every 30 s gave 2.3 % false calls at a nominal 0.1 %.
import type { Sample } from "../model/record.ts";
import type { Span } from "./spans.ts";

export interface Block {
  readonly atMs: number;
  /** Deadline missed or failed. */
  readonly failing: boolean;
  /** Failed: somebody said no, which is not silence. */
  readonly failed: boolean;
  readonly slow: boolean;
  readonly wrong: boolean;
  /** Milliseconds of its slowest sample that did not fail; at least the deadline where one was late. */
  readonly slowestMs: number;
  readonly medianMs: number;
}

export interface Series {
  readonly everyMs: number;
  readonly deadlineMs: number;
  /** By time scheduled; rows that the prober missed are left out. */
  readonly taken: readonly Sample[];
  /** Those that the prober said it missed. */
  readonly missed: readonly Sample[];
}

export const isFailing = (sample: Sample): boolean => sample[2] === "failed" || sample[2] === "late";
export const isWrong = (sample: Sample): boolean => sample[2] === "wrong";
/** A late sample took at least its deadline; how long a failed one would have taken nobody knows. */
export const isSlow = (sample: Sample, slowBoundMs: number): boolean => sample[2] !== "failed" && sample[1] > slowBoundMs;
export const isBad = (sample: Sample, slowBoundMs: number): boolean => isFailing(sample) || isWrong(sample) || isSlow(sample, slowBoundMs);

/** Index of the first row scheduled at or after `at`. */
function firstAt(rows: readonly Sample[], at: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.[0] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const within = (rows: readonly Sample[], span: Span): readonly Sample[] =>
  rows.slice(firstAt(rows, span.from), firstAt(rows, span.to));

/** The longest run of bad samples, from its first to one period after its last: how long neighbours fail together. One slow sample among good ones is no stall. */
export function longestStallMs(rows: readonly Sample[], everyMs: number, slowBoundMs: number): number {
  let longest = 0;
  let from: number | undefined;
  for (const row of rows) {
    if (!isBad(row, slowBoundMs)) {
      from = undefined;
      continue;
    }
    from ??= row[0];
    longest = Math.max(longest, row[0] + everyMs - from);
  }
  return longest;
}

/** Blocks without a sample are left out: they are no evidence, neither good nor bad. */
export function blocksOf(series: Series, span: Span, lengthMs: number, slowBoundMs: number): readonly Block[] {
  const blocks: Block[] = [];
  const rows = within(series.taken, span);
  for (let start = 0; start < rows.length;) {
    const index = Math.floor(((rows[start]?.[0] ?? 0) - span.from) / lengthMs);
    let end = start + 1;
    while (end < rows.length && Math.floor(((rows[end]?.[0] ?? 0) - span.from) / lengthMs) === index) end += 1;
    blocks.push(blockOf(rows.slice(start, end), span.from + index * lengthMs, slowBoundMs));
    start = end;
  }
  return blocks;
}

function blockOf(rows: readonly Sample[], atMs: number, slowBoundMs: number): Block {
  const times = rows.map((row) => (row[2] === "failed" ? Number.POSITIVE_INFINITY : row[1])).toSorted((one, other) => one - other);
  return {
    atMs,
    failing: rows.some(isFailing),
    failed: rows.some(([, , outcome]) => outcome === "failed"),
    slow: rows.some((row) => isSlow(row, slowBoundMs)),
    wrong: rows.some(isWrong),
    slowestMs: times.findLast((ms) => Number.isFinite(ms)) ?? 0,
    medianMs: times[Math.floor((times.length - 1) / 2)] ?? 0,
  };
}
