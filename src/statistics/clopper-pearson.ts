// Exact bounds of a share seen as k of n. Exists because every verdict starts from "at most this often in the baseline", and normal approximations fail at k = 0.
// Clopper and Pearson (1934): the bounds are quantiles of the beta distribution, found by bisection on its regularised incomplete function.

const lanczos = [
  76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5,
] as const;

/** ln Γ(x), x > 0 (Lanczos). */
export function logGamma(x: number): number {
  const tail = x + 5.5 - (x + 0.5) * Math.log(x + 5.5);
  const series = lanczos.reduce((sum, coefficient, index) => sum + coefficient / (x + 1 + index), 1.000000000190015);
  return -tail + Math.log((2.5066282746310007 * series) / x);
}

/** Lentz's method divides by its own terms, so none may be zero. */
const away = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);

/** The continued fraction of the incomplete beta function, by Lentz's method; converges fast where x < (a + 1) / (a + b + 2). */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 1_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return fraction;
}

/** I_x(a, b), the distribution function of Beta(a, b). */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** P(Bin(n, p) <= k). */
export const binomialCdf = (k: number, n: number, p: number): number => (k < 0 ? 0 : k >= n ? 1 : betaCdf(1 - p, n - k, k + 1));

function bisect(holdsAbove: (p: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (holdsAbove(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** The true share lies above this with probability at most `delta`. */
export function upperShare(k: number, n: number, delta: number): number {
  if (n === 0 || k >= n) return 1;
  if (k === 0) return -Math.expm1(Math.log(delta) / n);
  return bisect((p) => binomialCdf(k, n, p) <= delta);
}

/** The true share lies below this with probability at most `delta`. */
export const lowerShare = (k: number, n: number, delta: number): number => (n === 0 ? 0 : 1 - upperShare(n - k, n, delta));
