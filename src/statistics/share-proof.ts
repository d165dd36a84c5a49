// Positive evidence that the share of bad blocks lies below an absolute tolerance. Exists because "no alarm" is not "unaffected": a blind probe raises none.
import { binomialCdf } from "./clopper-pearson.ts";

/** H0: share >= tolerance. Without a bad block this many are needed: ln(1/alpha) / -ln(1 - tolerance), which is 342, 135, 66, 20 for 2, 5, 10, 30 % at 1e-3. */
export const blocksToProve = (tolerance: number, alpha: number): number => Math.ceil(Math.log(1 / alpha) / -Math.log1p(-tolerance));

export interface Proof {
  readonly proved: boolean;
  readonly blocks: number;
  readonly bad: number;
  /** Blocks that would be enough if none were bad. */
  readonly needed: number;
}

/**
 * The exact binomial test over the whole span: so few bad blocks had a chance of at most alpha if the share were the tolerance. It may be exact since the length of the span is
 * planned; a recovery that ends early does so without a bad block and after twice the blocks that proof needs, which H0 allows with alpha squared.
 */
export function proveBelow(blocks: readonly boolean[], tolerance: number, alpha: number): Proof {
  const bad = blocks.filter(Boolean).length;
  const proved = blocks.length > 0 && binomialCdf(bad, blocks.length, tolerance) <= alpha;
  return { proved, blocks: blocks.length, bad, needed: blocksToProve(tolerance, alpha) };
}
