// The verdict that makes a run a success, and for which reasons.

export interface Expectation {
  readonly verdict: "confirmed" | "refuted" | "inconclusive";
  /** Phrases of the reasons: refuted for another one is not as expected. */
  readonly because: string | readonly string[] | undefined;
}

export const reasonsOf = ({ because }: Expectation): readonly string[] => (because === undefined ? [] : [because].flat());

/** Whether a text holds a phrase as whole words; letter case counts for nothing. A name is one word: "get" is none of "widget", nor "app-1" of "get@app-1". */
export function isQuoted(phrase: string, text: string): boolean {
  const [part, whole] = [phrase.toLowerCase(), text.toLowerCase()];
  for (let at = whole.indexOf(part); at !== -1; at = whole.indexOf(part, at + 1))
    if (!isInsideWord(whole, at) && !isInsideWord(whole, at + part.length)) return true;
  return false;
}

const isInsideWord = (text: string, at: number): boolean => /^[\w@-]{2}$/u.test(text.slice(Math.max(0, at - 1), at + 1));

/** `because "put-flag slow" or "put-flag failing"`; empty where no reason was given. */
export function becauseWords(expected: Expectation): string {
  const reasons = reasonsOf(expected).map((reason) => `"${reason}"`);
  return reasons.length === 0 ? "" : `because ${reasons.join(" or ")}`;
}
