// How long one block of evidence lasts. Samples come in bursts: with samples as the unit, stalls of 60-150 ms every 30 s gave 2.3 % false calls at a nominal 0.1 %.

/** Milliseconds. The plan does not know the baseline's longest stall yet and counts with none. */
export const blockLengthMs = (everyMs: number, longestBaselineStallMs = 0): number => Math.max(100, everyMs, 2 * longestBaselineStallMs);
