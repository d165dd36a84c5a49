// Time and chance enter through these two ports only.

/** Milliseconds since the start of the run, monotonic. */
export interface Clock {
  now(): number;
  /** Resolves at the given offset, or at once where it has passed; rejects with the signal's reason when aborted. */
  until(atMs: number, signal?: AbortSignal): Promise<void>;
  /** Wall time of offset 0, ISO 8601, for people. */
  readonly startedAt: string;
}

/** Uniform in [0, 1). */
export type Random = () => number;
