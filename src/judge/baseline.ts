// What an instance does when nothing is broken, with the bounds that everything later is compared to, and what is wrong with a baseline that cannot carry a verdict.
import type { ProbeInstance } from "../model/probe.ts";
import { blockLengthMs } from "../statistics/block-length.ts";
import { type BlockCount, deltaOf } from "../statistics/change-detector.ts";
import { ascending, upperQuantile } from "../statistics/quantile-bound.ts";
import { type Block, type Series, blocksOf, longestStallMs, within } from "./blocks.ts";
import type { Span } from "./spans.ts";

/** Bounds that are taken from one baseline, each wrong with probability delta: the shares of failing, slow and wrong blocks, the 95th percentile and the median. */
export const boundsPerBaseline = 5;

export interface Baseline {
  readonly blockMs: number;
  readonly blocks: readonly Block[];
  /** Above this a sample is slow. */
  readonly slowBoundMs: number;
  /** Upper bound of the median; undefined where there were too few samples for one. */
  readonly medianBoundMs: number | undefined;
  /** Slowest block: a heartbeat later than this is stale. */
  readonly slowestMs: number;
  readonly failing: BlockCount;
  readonly slow: BlockCount;
  readonly wrong: BlockCount;
  readonly badShare: number;
}

/** Samples that were still under way when the fault began are left out: they saw both worlds. */
export function baselineOf(probe: ProbeInstance, series: Series, span: Span, faultAtMs: number, alpha: number): Baseline | undefined {
  const delta = deltaOf(alpha);
  const rows = within(series.taken, span).filter(([at, tookMs]) => at + tookMs <= faultAtMs);
  const times = ascending(rows.map(([, tookMs, outcome]) => (outcome === "failed" ? Number.POSITIVE_INFINITY : tookMs)));
  const slowest = times.at(-1);
  if (slowest === undefined) return undefined;
  // With too few samples for a bound of the 95th percentile the largest one stands in; what was slow before is counted, so that no confidence is claimed which was not there.
  const upper = upperQuantile(times, 0.95, delta) ?? slowest;
  const slowBoundMs = Math.max(2 * (Number.isFinite(upper) ? upper : probe.deadlineMs), probe.slowFloorMs);
  const blockMs = blockLengthMs(probe.everyMs, longestStallMs(rows, probe.everyMs, slowBoundMs));
  const blocks = blocksOf({ ...series, taken: rows }, span, blockMs, slowBoundMs);
  const count = (bad: (block: Block) => boolean): BlockCount => ({ blockMs, blocks: blocks.length, bad: blocks.filter(bad).length });
  return {
    blockMs,
    blocks,
    slowBoundMs,
    medianBoundMs: upperQuantile(times, 0.5, delta),
    slowestMs: Math.max(...blocks.map((block) => block.slowestMs)),
    failing: count((block) => block.failing),
    slow: count((block) => block.slow),
    wrong: count((block) => block.wrong),
    badShare: blocks.filter((block) => block.failing || block.wrong).length / Math.max(1, blocks.length),
  };
}
