// The run's clock inside an agent. CLOCK_MONOTONIC is one per kernel, so agents on one machine agree to a microsecond and no wall clock is involved.

export interface AgentClock {
  /** Milliseconds since the run's offset 0. */
  readonly now: () => number;
  /** Resolves at the instant, within about 0.1 ms, or at once where it has passed. */
  until(atMs: number): Promise<void>;
}

/** A timer of Node may fire a few milliseconds late on a busy machine: it is set early, and the rest is spun away. */
const early = { timerMs: 4, spinMs: 0.4 } as const;

export function startClock(originNs: bigint, readNs: () => bigint = () => process.hrtime.bigint()): AgentClock {
  const now = (): number => Number(readNs() - originNs) / 1e6;
  return {
    now,
    async until(atMs) {
      const wait = atMs - now() - early.timerMs;
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      while (atMs - now() > early.spinMs) await new Promise((resolve) => setImmediate(resolve));
      while (now() < atMs);
    },
  };
}
