// Schedules samples by the clock alone: sample i is due at firstAt + i * everyMs whatever became of the earlier ones.
// A loop that waits for answers would send least while the system is worst (coordinated omission, see wrk2), and so hide an outage.
import type { Outcome } from "../../model/record.ts";
import type { Cancel, Reading, StartAttempt } from "./attempt.ts";

/** Times in milliseconds of the run's clock. */
export interface Taken {
  readonly scheduledAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly tookMs: number;
  readonly outcome: Outcome;
  readonly detail: string | undefined;
}

export interface OpenLoopOptions {
  readonly everyMs: number;
  readonly deadlineMs: number;
  readonly firstAt: number;
  /** What a sample's time counts from. The actual send, since the prober's own lag must not read as slowness; a heartbeat counts from its schedule. */
  readonly countFrom: "send" | "schedule";
  readonly start: StartAttempt;
  readonly taken: (taken: Taken) => void;
  readonly now: () => number;
}

export interface OpenLoop {
  /** Schedules nothing more; `drained` resolves when what is in flight has settled. */
  stop(): void;
  readonly drained: Promise<void>;
  /** Cancels what is in flight: late where its deadline has passed, dropped where nobody can know. */
  abandon(): void;
}

interface Pending {
  readonly scheduledAt: number;
  readonly startedAt: number;
  readonly originAt: number;
  readonly timer: NodeJS.Timeout;
  cancel: Cancel;
}

/** Timers have a grid of 1 ms, so half of it early is as good as half of it late. */
const earlyMs = 0.5;
/** Beyond what deadline and period allow: deadline timers may themselves be a little late. */
const spareInFlight = 8;

export function lagLimitMs(deadlineMs: number): number {
  return deadlineMs / 5;
}

export function openLoop(options: OpenLoopOptions): OpenLoop {
  const { everyMs, deadlineMs, firstAt, now } = options;
  const inFlight = new InFlight(options);
  let due = 0;
  const begin = (n: number, scheduledAt: number): void => {
    const startedAt = now();
    const missed = startedAt - scheduledAt > lagLimitMs(deadlineMs) ? "started late" : inFlight.full ? "too many in flight" : undefined;
    if (missed === undefined) inFlight.start(n, scheduledAt, startedAt);
    else options.taken({ scheduledAt, startedAt, endedAt: startedAt, tookMs: 0, outcome: "missed", detail: missed });
  };
  const wake = (): void => {
    // Only what is due on entry: where starting takes longer than the period the loop would otherwise never let answers in.
    const until = now() + earlyMs;
    while (firstAt + due * everyMs <= until) {
      due += 1;
      begin(due, firstAt + (due - 1) * everyMs);
    }
    timer = setTimeout(wake, Math.max(1, Math.round(firstAt + due * everyMs - now())));
  };
  let timer = setTimeout(wake, Math.max(1, Math.round(firstAt - now())));
  return {
    stop: () => {
      clearTimeout(timer);
      inFlight.stop();
    },
    drained: inFlight.drained,
    abandon: () => inFlight.abandon(),
  };
}

/** Samples that were sent and have not settled, each with its deadline. */
class InFlight {
  readonly #options: OpenLoopOptions;
  readonly #most: number;
  readonly #pending = new Set<Pending>();
  readonly #drained = Promise.withResolvers<void>();
  #stopped = false;

  constructor(options: OpenLoopOptions) {
    this.#options = options;
    this.#most = Math.ceil(options.deadlineMs / options.everyMs) + spareInFlight;
  }

  get drained(): Promise<void> {
    return this.#drained.promise;
  }

  get full(): boolean {
    return this.#pending.size >= this.#most;
  }

  start(n: number, scheduledAt: number, startedAt: number): void {
    const originAt = this.#options.countFrom === "send" ? startedAt : scheduledAt;
    // One millisecond more than the deadline, since a timer may fire early by its grid; `#settle` compares exactly.
    const timer = setTimeout(() => this.#expire(pending), originAt + this.#options.deadlineMs - startedAt + 1);
    const pending: Pending = { scheduledAt, startedAt, originAt, timer, cancel: () => undefined };
    this.#pending.add(pending);
    pending.cancel = this.#options.start(n, (reading) => this.#settle(pending, reading));
  }

  stop(): void {
    this.#stopped = true;
    if (this.#pending.size === 0) this.#drained.resolve();
  }

  abandon(): void {
    for (const pending of this.#pending) {
      if (this.#options.now() - pending.originAt >= this.#options.deadlineMs) this.#expire(pending);
      else {
        pending.cancel();
        this.#forget(pending);
      }
    }
  }

  #settle(pending: Pending, reading: Reading): void {
    if (!this.#forget(pending)) return;
    const { scheduledAt, startedAt, originAt } = pending;
    const endedAt = this.#options.now();
    const tookMs = Math.max(0, endedAt - originAt);
    if (tookMs > this.#options.deadlineMs) this.#late(pending);
    else this.#options.taken({ scheduledAt, startedAt, endedAt, tookMs, outcome: reading.outcome, detail: reading.detail });
  }

  #expire(pending: Pending): void {
    pending.cancel();
    if (this.#forget(pending)) this.#late(pending);
  }

  #late({ scheduledAt, startedAt }: Pending): void {
    const { taken, now, deadlineMs } = this.#options;
    taken({ scheduledAt, startedAt, endedAt: now(), tookMs: deadlineMs, outcome: "late", detail: undefined });
  }

  #forget(pending: Pending): boolean {
    clearTimeout(pending.timer);
    const known = this.#pending.delete(pending);
    if (this.#stopped && this.#pending.size === 0) this.#drained.resolve();
    return known;
  }
}
