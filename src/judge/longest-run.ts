// The longest stretch of bad samples or blocks on end.

/** Positions of its first and last element. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/** Undefined where no two in a row are bad. */
export function longestRun(bad: readonly boolean[]): Run | undefined {
  let best: Run | undefined;
  let first = 0;
  for (const [index, isBadRow] of bad.entries()) {
    if (!isBadRow) first = index + 1;
    else if (index > first && index - first > (best ? best.last - best.first : 0)) best = { first, last: index };
  }
  return best;
}
