// Numbered steps with elapsed time: whoever waits for a first run sees what is done, how long it has taken, and that it still moves.

/** Takes one line without its newline. */
export type Report = (line: string) => void;

export interface Step {
  /** The newest line of what the step is doing, shown when it takes long. */
  readonly note: (text: string) => void;
  /** Aborted by Ctrl-C: whatever takes long ends then. */
  readonly signal: AbortSignal;
}

export interface StepClock {
  now(): number;
  every(ms: number, tick: () => void): { stop(): void };
}

const wallClock: StepClock = {
  now: () => performance.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms);
    timer.unref();
    return { stop: () => clearInterval(timer) };
  },
};

const stillMs = 10_000;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

export class Steps {
  #count: number;
  readonly #report: Report;
  readonly #clock: StepClock;
  readonly #signal: AbortSignal;

  /** `first` counts on where the launcher stopped. */
  constructor(
    report: Report,
    signal: AbortSignal = new AbortController().signal,
    clock: StepClock = wallClock,
    first: number = Number(process.env["PLANEFAULT_STEPS"] ?? 0) || 0,
  ) {
    this.#report = report;
    this.#signal = signal;
    this.#clock = clock;
    this.#count = first;
  }

  async step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    const number = (this.#count += 1);
    const start = this.#clock.now();
    const elapsed = (): string => seconds(this.#clock.now() - start);
    let latest = "";
    this.#report(`[${number}] ${title}`);
    const still = this.#clock.every(stillMs, () => this.#report(`[${number}] ... ${elapsed()}${latest === "" ? "" : `: ${latest}`}`));
    try {
      const result = await work({
        note: (text) => {
          latest = text.trim().slice(0, 120) || latest;
        },
        signal: this.#signal,
      });
      this.#report(`[${number}] done in ${elapsed()}`);
      return result;
    } catch (error) {
      this.#report(`[${number}] ${this.#signal.aborted ? "broken off" : "failed"} after ${elapsed()}`);
      throw error;
    } finally {
      still.stop();
    }
  }

  /** A line that is no step of its own. */
  say(line: string): void {
    this.#report(line);
  }
}
