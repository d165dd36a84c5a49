// What is still a burst and what is an outage. Healthy systems fail in bursts: 150 ms were seen, and 200 ms while an engine checked health.

/** Longer than any burst that was seen. */
export const longerThanBurstMs = 500;

/** An outage of this length leaves at least two blocks in a row bad, and more of them where they are short: no burst does. */
export const shortestOutageMs = (blockMs: number): number => blockMs * Math.max(2, Math.ceil(longerThanBurstMs / blockMs));
