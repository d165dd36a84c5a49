// Positive evidence that the share of bad blocks lies below an absolute tolerance. Exists because "no alarm" is not "unaffected": a blind probe raises none.

/** H0: share >= tolerance. Without a bad block this many are needed: ln(1/alpha) / -ln(1 - tolerance), which is 342, 135, 66, 20 for 2, 5, 10, 30 % at 1e-3. */
export const blocksToProve = (tolerance: number, alpha: number): number => Math.ceil(Math.log(1 / alpha) / -Math.log1p(-tolerance));

/** Where one bad block may be forgiven: alternatives as parts of the tolerance. */
const parts = [0.125, 0.25, 0.5] as const;

/**
 * Likelihood ratios of p = 0 against p = tolerance, and for a small weight of p = tolerance/8 ... tolerance/2: with p = 0 alone a single bad block would end all hope.
 * The weight is what rounding up to whole blocks leaves over, so a stream without bad blocks needs not one block more.
 */
function proofBelow(tolerance: number, alpha: number): (bad: boolean) => number {
  const spare = 1 - Math.exp(Math.log(1 / alpha) + blocksToProve(tolerance, alpha) * Math.log1p(-tolerance));
  const weight = Math.max(0.001, spare);
  let spotless = 1 - weight;
  const forgiving = parts.map((part) => ({ share: tolerance * part, e: weight / parts.length }));
  return (bad) => {
    spotless = bad ? 0 : Math.min(1e100, spotless / (1 - tolerance));
    let total = spotless;
    for (const one of forgiving) {
      one.e = Math.min(1e100, one.e * (bad ? one.share / tolerance : (1 - one.share) / (1 - tolerance)));
      total += one.e;
    }
    return total;
  };
}

export interface Proof {
  readonly proved: boolean;
  readonly blocks: number;
  readonly bad: number;
  /** Blocks that would be enough if none were bad. */
  readonly needed: number;
}

export function proveBelow(blocks: readonly boolean[], tolerance: number, alpha: number): Proof {
  const proof = proofBelow(tolerance, alpha);
  // The last value counts, not the largest: the proof is about the whole span, and what came after an early proof belongs to it.
  let e = 1;
  let bad = 0;
  for (const block of blocks) {
    e = proof(block);
    if (block) bad += 1;
  }
  return { proved: e >= 1 / alpha, blocks: blocks.length, bad, needed: blocksToProve(tolerance, alpha) };
}
