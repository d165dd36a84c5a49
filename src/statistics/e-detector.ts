// "More often bad than in the baseline, from some unknown moment on": evidence that is valid at every block, so a verdict may be read at any time.
// E-processes and Ville's inequality: under H0 (share of bad blocks <= p0) the chance that E ever reaches 1/alpha is at most alpha (Shin, Ramdas, Rinaldo: E-detectors, 2022).

/** Alternatives lie above the null: with fixed ones and a short baseline, a probe that never failed was once called failing. */
const alternatives = [0.05, 0.1, 0.2, 0.5, 0.9, 1] as const;

/** Beyond this more evidence changes nothing, and infinity times zero would be no number. */
const ceiling = 1e100;

const startWeight = (start: number): number => 1 / (start * (start + 1));

/** Call it once per block; it returns E so far. E = sum over starts j of w_j E(from j): S <- L (S + w_n) for each alternative, then their mean. */
export function eDetector(p0: number): (bad: boolean) => number {
  if (p0 >= 1) return () => 0;
  const shares = alternatives.map((step) => p0 + (1 - p0) * step);
  const sums = shares.map(() => 0);
  let blocks = 0;
  return (bad) => {
    blocks += 1;
    let total = 0;
    for (const [index, share] of shares.entries()) {
      const ratio = bad ? share / p0 : (1 - share) / (1 - p0);
      const sum = Math.min(ceiling, ratio * ((sums[index] ?? 0) + startWeight(blocks)));
      sums[index] = sum;
      total += sum;
    }
    return total / shares.length;
  };
}

/**
 * Strict new maxima: k blocks in a row above all n0 of the baseline have probability 1 / C(n0 + k, k) when nothing changed
 * (not (n0 + 1)^-k: the new ones are not independent of each other). The same mixture over unknown starts.
 */
export function newMaximaDetector(n0: number): (above: boolean) => number {
  if (n0 === 0) return () => 0;
  let blocks = 0;
  let run = 0;
  return (above) => {
    blocks += 1;
    run = above ? run + 1 : 0;
    let total = 0;
    let ways = 1;
    for (let k = 1; k <= run && ways < ceiling; k++) {
      ways *= (n0 + k) / k;
      total += startWeight(blocks - k + 1) * ways;
    }
    return Math.min(ceiling, total);
  };
}

export interface Step {
  readonly atMs: number;
  readonly e: number;
}

/** "Any of these": the mean of e-values is one again, whatever ties them together. Returns the largest mean that was reached at any moment. */
export function peakOfMean(trajectories: readonly (readonly Step[])[]): number {
  if (trajectories.length === 0) return 0;
  const current = trajectories.map(() => 0);
  const steps = trajectories
    .flatMap((trajectory, index) => trajectory.map((step) => ({ ...step, index })))
    .toSorted((one, other) => one.atMs - other.atMs);
  let sum = 0;
  let peak = 0;
  for (const [position, step] of steps.entries()) {
    // Subtracting what was added loses small values beside large ones, so the sum is built again from its parts.
    current[step.index] = step.e;
    const last = steps[position + 1]?.atMs !== step.atMs;
    if (last) sum = current.reduce((total, e) => total + e, 0);
    peak = Math.max(peak, sum / trajectories.length);
  }
  return peak;
}
