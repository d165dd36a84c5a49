// Which of many have changed, so that of those that are named no more than a share alpha is expected to be named falsely, whatever ties them together: e-BH (Wang, Ramdas: False discovery rate control with
// e-values, 2022). What is known of each is the largest E that it ever reached, and that is no e-value: only the chance that it reaches x is bounded, by 1/x (Ville). So it counts for what the calibrator of Benjamini
// and Yekutieli (2001) makes of it, which costs the harmonic number of how many there are.

const harmonic = (count: number): number =>
  Array.from({ length: count }, (_, index) => 1 / (index + 1)).reduce((sum, part) => sum + part, 0);

/** In the order of the peaks: whether each is among the most that can be named, k of them where k have reached what 1/k of the price for naming one alone is. */
export function discoveries(peaks: readonly number[], alpha: number): readonly boolean[] {
  const price = (peaks.length * harmonic(peaks.length)) / alpha;
  const named = peaks.toSorted((one, other) => other - one).findLastIndex((peak, index) => peak * (index + 1) >= price) + 1;
  return peaks.map((peak) => named > 0 && peak * named >= price);
}
