// What an instance does when nothing is broken, with the bounds that everything later is compared to, and what is wrong with a baseline that cannot carry a verdict.
import type { ProbeInstance } from "../model/probe.ts";
import { type Block, type Series, blockLengthMs, blocksOf, longestStallMs, within } from "./blocks.ts";
import { upperShare } from "./clopper-pearson.ts";
import { ascending, upperQuantile } from "./quantile-bound.ts";
import type { Span } from "./spans.ts";

/** Bounds that are taken from one baseline, each wrong with probability delta: p0 of failing, slow and wrong, the 95th percentile and the median. */
export const boundsPerBaseline = 5;
/** Small beside alpha, since a run has many baselines; it costs little, as p0 grows with ln(1/delta) only. */
export const deltaOf = (alpha: number): number => alpha / 100;

export interface Baseline {
  readonly blockMs: number;
  readonly blocks: readonly Block[];
  /** Above this a sample is slow. */
  readonly slowBoundMs: number;
  /** Upper bound of the median; undefined where there were too few samples for one. */
  readonly medianBoundMs: number | undefined;
  /** Slowest block: a heartbeat later than this is stale. */
  readonly slowestMs: number;
  /** Upper bounds of the share of bad blocks. */
  readonly p0: { readonly failing: number; readonly slow: number; readonly wrong: number };
  readonly badShare: number;
}

/** Samples that were still under way when the fault began are left out: they saw both worlds. */
export function baselineOf(probe: ProbeInstance, series: Series, span: Span, faultAtMs: number, alpha: number): Baseline | undefined {
  const delta = deltaOf(alpha);
  const rows = within(series.taken, span).filter(([at, tookMs]) => at + tookMs <= faultAtMs);
  const times = ascending(rows.map(([, tookMs, outcome]) => (outcome === "failed" ? Number.POSITIVE_INFINITY : tookMs)));
  const slowest = times.at(-1);
  if (slowest === undefined) return undefined;
  // With too few samples for a bound of the 95th percentile the largest one stands in; p0 of `slow` is counted, so that no confidence is claimed which was not there.
  const upper = upperQuantile(times, 0.95, delta) ?? slowest;
  const slowBoundMs = Math.max(2 * (Number.isFinite(upper) ? upper : probe.deadlineMs), probe.slowFloorMs);
  const blockMs = blockLengthMs(probe.everyMs, longestStallMs(rows, probe.everyMs, slowBoundMs));
  const blocks = blocksOf({ ...series, taken: rows }, span, blockMs, slowBoundMs);
  const bound = (bad: (block: Block) => boolean) => upperShare(blocks.filter(bad).length, blocks.length, delta);
  return {
    blockMs,
    blocks,
    slowBoundMs,
    medianBoundMs: upperQuantile(times, 0.5, delta),
    slowestMs: Math.max(...blocks.map((block) => block.slowestMs)),
    p0: { failing: bound((block) => block.failing), slow: bound((block) => block.slow), wrong: bound((block) => block.wrong) },
    badShare: blocks.filter((block) => block.failing || block.wrong).length / Math.max(1, blocks.length),
  };
}
