// What is still a burst and what is an outage. Healthy systems fail in bursts: 150 ms were seen, and 200 ms while an engine checked health.

/** Longer than any burst that was seen. */
export const longerThanBurstMs = 500;

/** An outage of this length leaves blocks in a row bad, two at least, of which the first and the last begin half a second apart: no burst does. */
export const shortestOutageMs = (blockMs: number): number => blockMs * (Math.ceil(longerThanBurstMs / blockMs) + 1);
