// What a baseline of so many blocks can carry: the detector for "more often bad than before", and the blocks that it takes to call a total outage. One piece for plan, run and judge,
// so that a plan promises what the judge can keep.
import { longerThanBurstMs } from "./burst.ts";
import { upperShare } from "./clopper-pearson.ts";
import { eDetector, newMaximaDetector } from "./e-detector.ts";

/** The blocks of a baseline, and how many of them were bad. */
export interface BlockCount {
  readonly blockMs: number;
  readonly blocks: number;
  readonly bad: number;
}

/** Confidence of one bound that is taken from a baseline: small beside alpha, since a run has many baselines; it costs little, as p0 grows with ln(1/delta) only. */
export const deltaOf = (alpha: number): number => alpha / 100;

/** The share of bad blocks before the fault lies above this with probability at most delta. */
export const shareBefore = ({ blocks, bad }: Pick<BlockCount, "blocks" | "bad">, alpha: number): number =>
  upperShare(bad, blocks, deltaOf(alpha));

/**
 * Few blocks bound a share badly (6 of them: 85 %), so a shell that never answers again would not be called failing within any phase. A baseline without a bad block
 * carries more: each bad block is a new maximum, and k of those in a row have a known chance whatever the share was. Only where a block is longer than any burst:
 * shorter ones would take a burst, which two blocks of 100 ms share, for a change.
 * Call it once per block; it returns the evidence E so far.
 */
export const changeDetector = (before: BlockCount, alpha: number): ((bad: boolean) => number) =>
  before.bad === 0 && before.blockMs >= longerThanBurstMs ? newMaximaDetector(before.blocks) : eDetector(shareBefore(before, alpha));

/** An outage that is not called after so many blocks never is, for any phase that a plan may have. */
const mostBlocks = 10_000;

/** Blocks of a total outage that would be called from a standing start: what a window must hold before "nothing was called" means something. Infinity where it never would. */
export function blocksToCall(before: BlockCount, alpha: number): number {
  const detector = changeDetector(before, alpha);
  for (let blocks = 1; blocks <= mostBlocks; blocks++) if (detector(true) >= 1 / alpha) return blocks;
  return Number.POSITIVE_INFINITY;
}
