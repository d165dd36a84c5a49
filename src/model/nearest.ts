// "Did you mean": the known word that a misspelt one is closest to.

/** Edits (insert, delete, replace, swap of neighbours) between two words. */
export function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const before = (back: number, column: number): number => rows[i - back]?.[column] ?? Number.POSITIVE_INFINITY;
      row.push(
        Math.min(
          before(1, j) + 1,
          (row[j - 1] ?? 0) + 1,
          before(1, j - 1) + (same ? 0 : 1),
          swapped ? before(2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    rows.push(row);
  }
  return rows[one.length]?.[other.length] ?? 0;
}

/** Longer words than any of ours, and more of them than a file has: each pair costs the product of its lengths. */
const longest = 60;
const most = 300;

/** The closest of `known`, if it is so close that a slip explains it; letter case counts for nothing. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const slips = (candidate: string): number => Math.max(1, Math.floor(Math.min(word.length, candidate.length) / 3));
  const ranked = known
    .slice(0, most)
    // So many letters must be added or taken away.
    .filter((candidate) => candidate.length <= longest && Math.abs(candidate.length - word.length) <= slips(candidate))
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((one, other) => one.edits - other.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= slips(best.candidate) ? best.candidate : undefined;
}

/** `. Did you mean "x"?`, else `. Known: a, b, c.` */
export function suggestion(word: string, known: readonly string[]): string {
  const best = nearest(word, known);
  if (best !== undefined) return `. Did you mean "${best}"?`;
  if (known.length === 0) return "";
  return `. Known: ${known.slice(0, 12).join(", ")}${known.length > 12 ? ", ..." : ""}.`;
}
