// Numbered canaries and what became of each: how long it took, how often it was answered, and whether one that was sent behind it arrived before it. Pure, so that every order is tested without a network.

export interface Fate {
  /** When it was sent. */
  readonly at: number;
  /** Until its first answer; undefined: none came. */
  readonly ms: number | undefined;
  readonly answers: number;
  readonly overtaken: boolean;
}

export class Sequence {
  readonly #patienceMs: number;
  readonly #open = new Map<number, Fate>();
  /** The highest number of which an answer came. */
  #highest = 0;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  sent(number: number, at: number): void {
    this.#open.set(number, { at, ms: undefined, answers: 0, overtaken: false });
  }

  /** A canary that could not leave is no evidence. */
  unsent(number: number): void {
    this.#open.delete(number);
  }

  received(number: number, at: number): void {
    const canary = this.#open.get(number);
    if (!canary || at - canary.at > this.#patienceMs) return;
    const first = canary.ms === undefined ? { ms: at - canary.at, overtaken: number < this.#highest } : {};
    this.#open.set(number, { ...canary, ...first, answers: canary.answers + 1 });
    this.#highest = Math.max(this.#highest, number);
  }

  /** Those that had their time, in the order in which they were sent. They are forgotten. */
  finished(now: number): readonly Fate[] {
    const ready = [...this.#open].filter(([, { at }]) => at + this.#patienceMs <= now);
    for (const [number] of ready) this.#open.delete(number);
    return ready.map(([, canary]) => canary);
  }
}
