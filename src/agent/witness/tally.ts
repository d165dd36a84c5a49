// Counts canaries per window of 200 ms, by the instant at which they were sent. Pure, so that lateness and loss are tested without a network.

export const windowMs = 200;
/** Below the second after which TCP sends a SYN again: a canary that got through at the second try was lost. */
export const canaryDeadlineMs = 500;

/** What each way adds to a row. */
const counted = {
  canary: { sent: "sent", received: "received" },
  bystander: { sent: "bystanderSent", received: "bystanderReceived" },
  /** A canary that is a connection, beside one that is a datagram. */
  connection: { sent: "connectionSent", received: "connectionReceived" },
} as const;

export type Way = keyof typeof counted;
type Window = Record<string, number>;

export class Tally {
  readonly #empty: Readonly<Window>;
  readonly #windows = new Map<number, Window>();
  readonly #open = new Map<string, number>();

  constructor(ways: readonly Way[]) {
    this.#empty = Object.fromEntries(ways.flatMap((way) => Object.values(counted[way])).map((name) => [name, 0]));
  }

  sent(way: Way, number: number, at: number): void {
    this.#add(at, counted[way].sent, 1);
    this.#open.set(`${way} ${number}`, at);
  }

  /** Once per canary: a repeated answer counts nothing, and one after the deadline is a loss. */
  received(way: Way, number: number, at: number): void {
    const sentAt = this.#open.get(`${way} ${number}`);
    if (sentAt === undefined) return;
    this.#open.delete(`${way} ${number}`);
    if (at - sentAt > canaryDeadlineMs) return;
    this.#add(sentAt, counted[way].received, 1);
  }

  /** A canary that could not leave is no evidence. */
  unsent(way: Way, number: number): void {
    const sentAt = this.#open.get(`${way} ${number}`);
    if (sentAt === undefined) return;
    this.#open.delete(`${way} ${number}`);
    this.#add(sentAt, counted[way].sent, -1);
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

  #add(at: number, name: string, count: 1 | -1): void {
    const index = Math.floor(at / windowMs);
    const found = this.#windows.get(index) ?? { ...this.#empty };
    found[name] = (found[name] ?? 0) + count;
    this.#windows.set(index, found);
  }
}
