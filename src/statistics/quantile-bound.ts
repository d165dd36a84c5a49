// Bounds of a quantile by order statistics: no assumption about the shape of latencies, and a late sample needs only to be known as "at least its deadline".
import { binomialCdf } from "./clopper-pearson.ts";

/** The middle of ascending values; undefined where there are none. */
export function median(sorted: readonly number[]): number | undefined {
  return quantile(sorted, 0.5);
}

/** Nearest rank: the smallest value that at least the share `q` does not exceed. */
export function quantile(sorted: readonly number[], q: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

/** X(r) lies below the q-quantile exactly when at least r of n values do: the smallest r for which that has probability <= delta. Undefined where n is too small for any. */
export function upperQuantile(sorted: readonly number[], q: number, delta: number): number | undefined {
  const n = sorted.length;
  let low = 1;
  let high = n + 1;
  while (low < high) {
    const rank = (low + high) >> 1;
    if (1 - binomialCdf(rank - 1, n, q) <= delta) high = rank;
    else low = rank + 1;
  }
  return sorted[low - 1];
}

/** X(r) lies above the q-quantile exactly when fewer than r of n values lie below it: the largest r for which that has probability <= delta. */
export function lowerQuantile(sorted: readonly number[], q: number, delta: number): number | undefined {
  const n = sorted.length;
  let low = 0;
  let high = n;
  while (low < high) {
    const rank = (low + high + 1) >> 1;
    if (binomialCdf(rank - 1, n, q) <= delta) low = rank;
    else high = rank - 1;
  }
  return low === 0 ? undefined : sorted[low - 1];
}

export const ascending = (values: readonly number[]): readonly number[] => values.toSorted((one, other) => one - other);
