// The worst exit code of several runs: something broken, no environment, refuted, inconclusive, as expected.
const severity: readonly number[] = [0, 3, 1, 4, 5];
/** One code per record of a journal may be given, which is too many for the arguments of a call. */
export const worst = (codes: readonly number[]): number => severity[codes.reduce((most, code) => Math.max(most, rankOf(code)), 0)] ?? 4;

/** A code that no run should end with is a machine that failed, never a success. */
const rankOf = (code: number): number => severity.indexOf(severity.includes(code) ? code : 4);
