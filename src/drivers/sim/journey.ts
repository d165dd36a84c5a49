// How long packets take through the model, and whether they arrive: over links that may be down or slow, past rules that drop or refuse.
import type { Random } from "../../model/clock.ts";
import type { Disturbance, Traffic } from "../../model/op.ts";
import type { ModelState } from "./model-state.ts";

/** Infinity: no answer ever comes. */
export interface Journey {
  readonly ms: number;
  readonly failed: string | undefined;
}

export interface Leg {
  readonly from: string;
  readonly to: string;
  readonly network: string;
  /** Undefined: the protocol has none. */
  readonly port: number | undefined;
  /** A new connection sends a SYN first, whose retransmission takes longer. */
  readonly fresh: boolean;
  /** Anything but TCP is sent once: what is lost is lost. */
  readonly protocol?: "udp" | "icmp";
}

/** First retransmissions of Linux: a SYN after 1 s, data after 200 ms, then doubling. */
const synMs = 1_000;
const dataMs = 200;
/** A full packet. */
const messageBits = 12_000;

export class Journeys {
  readonly #state: ModelState;
  readonly #random: Random;

  constructor(state: ModelState, random: Random) {
    this.#state = state;
    this.#random = random;
  }

  /** There and back. */
  travel(leg: Leg, nowMs: number): Journey {
    const { protocol = "tcp" } = leg;
    const applies = (rule: Traffic): boolean => rule.protocol === "any" || rule.protocol === protocol;
    const there = this.#state
      .rules(leg.from, leg.to, leg.network, nowMs)
      .filter((rule) => applies(rule) && (rule.port === undefined || rule.port === leg.port) && (rule.flows === "all" || leg.fresh));
    const back = this.#state
      .rules(leg.to, leg.from, leg.network, nowMs)
      .filter((rule) => applies(rule) && rule.port === undefined && rule.flows === "all");
    let ms = around(0.4, this.#random) + this.#queued(leg, nowMs) + this.#disturbed(leg, nowMs) + this.#unlinked(leg, nowMs);
    for (const rule of [...there, ...back]) {
      const lost = (): boolean => this.#random() * 100 < rule.percent;
      if (rule.action === "reject" && lost()) return { ms, failed: "ECONNREFUSED" };
      if (rule.action === "drop" && protocol !== "tcp" && lost()) return never;
      if (rule.action === "drop" && protocol === "tcp") ms += (leg.fresh ? this.#resent(lost, synMs) : 0) + this.#resent(lost, dataMs);
    }
    return { ms, failed: undefined };
  }

  /** A request and its answer, each in the queue of the side that it leaves. */
  #queued(leg: Leg, nowMs: number): number {
    return [leg.from, leg.to].reduce((ms, side) => {
      const bitsPerSecond = this.#state.rate(side, leg.network, nowMs);
      return ms + (bitsPerSecond === undefined ? 0 : (messageBits * 1_000) / bitsPerSecond);
    }, 0);
  }

  /** What waits on its way there and back; a new connection goes both ways before it asks. */
  #disturbed({ from, to, network, fresh, protocol }: Leg, nowMs: number): number {
    const ways = [
      [from, to],
      [to, from],
    ] as const;
    const rounds = fresh && protocol === undefined ? 2 : 1;
    const waits = ways.flatMap(([one, other]) => this.#state.disturbances(one, other, network, nowMs));
    return waits.reduce((ms, wait) => ms + Array.from({ length: rounds }, () => heldMs(wait, this.#random)).reduce((a, b) => a + b), 0);
  }

  /** While a link is down nothing passes; what is sent again after it came up does. */
  #unlinked(leg: Leg, nowMs: number): number {
    const broken = (waitedMs: number): boolean =>
      [leg.from, leg.to].some((side) => !this.#state.carries(side, leg.network, nowMs + waitedMs));
    let waitedMs = 0;
    for (let timeoutMs = leg.fresh ? synMs : dataMs; broken(waitedMs); timeoutMs *= 2) {
      waitedMs += timeoutMs;
      if (waitedMs > 60_000) return Number.POSITIVE_INFINITY;
    }
    return waitedMs;
  }

  /** Something gets through, both ways. */
  connects(one: string, other: string, network: string, nowMs: number): boolean {
    const rules = [...this.#state.rules(one, other, network, nowMs), ...this.#state.rules(other, one, network, nowMs)];
    return (
      [one, other].every((side) => this.#state.carries(side, network, nowMs)) &&
      !rules.some((rule) => rule.percent === 100 && rule.flows === "all")
    );
  }

  #resent(lost: () => boolean, firstMs: number): number {
    let waitedMs = 0;
    for (let timeoutMs = firstMs; lost(); timeoutMs *= 2) {
      waitedMs += timeoutMs;
      if (waitedMs > 60_000) return Number.POSITIVE_INFINITY;
    }
    return waitedMs;
  }
}

/** How long one packet is held back. */
export function heldMs(disturbance: Disturbance, random: Random): number {
  switch (disturbance.kind) {
    case "delay":
      return disturbance.delayMs + disturbance.spreadMs * random();
    case "reorder":
      return random() * 100 < disturbance.percent ? disturbance.delayMs : 0;
    case "duplicate":
      return 0;
  }
}

export const never: Journey = { ms: Number.POSITIVE_INFINITY, failed: undefined };
export const still: Journey = { ms: 0, failed: undefined };
export const plus = (one: Journey, other: Journey): Journey => ({
  ms: one.failed === undefined ? one.ms + other.ms : one.ms,
  failed: one.failed ?? other.failed,
});

/** No two answers take the same time. */
export const around = (ms: number, random: Random): number => ms * (0.8 + 0.4 * random());
