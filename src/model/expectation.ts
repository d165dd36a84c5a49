// The verdict that makes a run a success, and for which reasons.

export interface Expectation {
  readonly verdict: "confirmed" | "refuted" | "inconclusive";
  /** Phrases of the reasons: refuted for another one is not as expected. */
  readonly because: string | readonly string[] | undefined;
}

export const reasonsOf = ({ because }: Expectation): readonly string[] => (because === undefined ? [] : [because].flat());

/** `because "put-flag slow" or "put-flag failing"`; empty where no reason was given. */
export function becauseWords(expected: Expectation): string {
  const reasons = reasonsOf(expected).map((reason) => `"${reason}"`);
  return reasons.length === 0 ? "" : `because ${reasons.join(" or ")}`;
}
