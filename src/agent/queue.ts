// The token bucket of a rate, in numbers that injector and witness must agree on without talking.

/** What may leave at once after a pause: small, so that short trains of ours tell the rate, but no less than one full frame and what the kernel's timers need. */
const smallestBurst = 2_000;
const burstMs = 2;
/** What waits longer than this is dropped, as in a device with a small buffer. */
const latencyMs = 400;

export interface Queue {
  readonly burstBytes: number;
  readonly latencyMs: number;
}

export const queue = (bitsPerSecond: number): Queue => ({
  burstBytes: Math.max(smallestBurst, Math.round((bitsPerSecond / 8_000) * burstMs)),
  latencyMs,
});
