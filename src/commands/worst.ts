// The worst exit code of several runs: something broken, no environment, refuted, inconclusive, as expected.
const severity: readonly number[] = [0, 3, 1, 4, 5];
export const worst = (codes: readonly number[]): number => severity[Math.max(0, ...codes.map(rankOf))] ?? 4;

/** A code that no run should end with is a machine that failed, never a success. */
const rankOf = (code: number): number => severity.indexOf(severity.includes(code) ? code : 4);
