// Counts canaries per window of 200 ms, by the instant at which they were sent. Pure, so that lateness and loss are tested without a network.

export const windowMs = 200;
/** Below the second after which TCP sends a SYN again: a canary that got through at the second try was lost. */
export const canaryDeadlineMs = 500;

export type Way = "canary" | "bystander";

interface Window {
  sent: number;
  received: number;
  bystanderSent: number;
  bystanderReceived: number;
}

export class Tally {
  readonly #windows = new Map<number, Window>();
  readonly #open = new Map<string, number>();

  sent(way: Way, number: number, at: number): void {
    const window = this.#window(at);
    if (way === "canary") window.sent += 1;
    else window.bystanderSent += 1;
    this.#open.set(`${way} ${number}`, at);
  }

  /** Once per canary: a repeated answer counts nothing, and one after the deadline is a loss. */
  received(way: Way, number: number, at: number): void {
    const sentAt = this.#open.get(`${way} ${number}`);
    if (sentAt === undefined) return;
    this.#open.delete(`${way} ${number}`);
    if (at - sentAt > canaryDeadlineMs) return;
    const window = this.#window(sentAt);
    if (way === "canary") window.received += 1;
    else window.bystanderReceived += 1;
  }

  /** A canary that could not leave is no evidence. */
  unsent(way: Way, number: number): void {
    const sentAt = this.#open.get(`${way} ${number}`);
    if (sentAt === undefined) return;
    this.#open.delete(`${way} ${number}`);
    const window = this.#window(sentAt);
    if (way === "canary") window.sent -= 1;
    else window.bystanderSent -= 1;
  }

  /** Windows whose canaries had their time, oldest first, by their ends: a row speaks about the time before it. They are forgotten. */
  finished(now: number): readonly (readonly [number, Window])[] {
    const ready = [...this.#windows]
      .filter(([index]) => (index + 1) * windowMs + canaryDeadlineMs <= now)
      .toSorted(([one], [other]) => one - other);
    for (const [index] of ready) this.#windows.delete(index);
    for (const [key, at] of this.#open) if (at + canaryDeadlineMs < now) this.#open.delete(key);
    return ready.map(([index, window]) => [(index + 1) * windowMs, window] as const);
  }

  #window(at: number): Window {
    const index = Math.floor(at / windowMs);
    const found = this.#windows.get(index) ?? { sent: 0, received: 0, bystanderSent: 0, bystanderReceived: 0 };
    this.#windows.set(index, found);
    return found;
  }
}
