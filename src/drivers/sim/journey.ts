// How long a request takes through the model: over networks that may lose packets, through processes that may be stopped, onto disks that may be slow, along the target's edges.
import type { Random } from "../../model/clock.ts";
import type { Traffic } from "../../model/op.ts";
import type { Component, Stack } from "../../model/stack.ts";
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

export interface Work {
  readonly kind: "read" | "write";
  /** The answer depends on whom the component asks in turn. */
  readonly through: boolean;
  /** The one over which it was asked. */
  readonly network: string;
}

/** First retransmissions of Linux: a SYN after 1 s, data after 200 ms, then doubling. */
const synMs = 1_000;
const dataMs = 200;
/** A full packet. */
const messageBits = 12_000;
/** Puts took about 28 s divided by the limit in writes per second: 487 ms at 60, 1344 ms at 20, 3865 ms at 8 (three etcd members, blkio v1, 10 puts per second each). */
const putSecondsTimesIops = 28;
/** Puts took 1.7 s through the leader and 2.7 s through a follower when each sync of three etcd members was held for 500 ms, under 10 puts per second each. */
const syncsPerCommit = 3;
/** At 2 writes per second a member no longer takes part; at 8 it does. */
const starvedIops = 4;
/** A leader that is throttled or stopped is replaced within about a second. */
const handoverMs = 1_000;

export class Journeys {
  readonly #stack: Stack;
  readonly #state: ModelState;
  readonly #random: Random;

  constructor(stack: Stack, state: ModelState, random: Random) {
    this.#stack = stack;
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
    let ms = this.#around(0.4) + this.#queued(leg, nowMs) + this.#unlinked(leg, nowMs);
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

  /** What the component does with a request: its own work, then whatever it asks of others. */
  serve(component: string, { kind, through, network: over }: Work, nowMs: number, visited: readonly string[] = []): Journey {
    const served = this.#state.component(component);
    if (!served || !this.#runs(component, nowMs)) return this.silence(component, this.#state.processOf({ component }), nowMs);
    const own: Journey = { ms: this.#workMs(component, nowMs), failed: undefined };
    if (this.isQuorum(served)) return kind === "write" || through ? plus(own, this.#commit(served, nowMs)) : own;
    const stored = kind === "write" && served.volumes.length > 0 ? { ms: this.#diskMs(component, nowMs), failed: undefined } : still;
    if (kind === "read" && !through) return plus(own, stored);
    const asked = this.#onward(served, over, visited).map(({ to, network, port }) =>
      plus(
        this.travel({ from: component, to, network, port, fresh: false }, nowMs),
        this.serve(to, { kind, through: true, network }, nowMs, [...visited, component]),
      ),
    );
    return plus(own, slowest([stored, ...asked]));
  }

  /** What meets whoever asks a process that does not answer: a stopped one keeps its port, and the kernel refuses for one that is gone. */
  silence(component: string, process: string, nowMs: number): Journey {
    return this.#state.down(component, process, nowMs) === undefined ? never : { ms: 0, failed: "ECONNREFUSED" };
  }

  /** How long a committed write needs to be seen at a component that watches others. */
  learn(component: string, over: string, nowMs: number): Journey {
    const watcher = this.#state.component(component);
    if (!watcher || !this.#runs(component, nowMs)) return never;
    const watched = this.#onward(watcher, over, []).map(({ to, network, port }) =>
      this.#runs(to, nowMs) && !this.#starved(to, nowMs)
        ? plus(this.travel({ from: to, to: component, network, port, fresh: false }, nowMs), {
            ms: this.#diskMs(to, nowMs),
            failed: undefined,
          })
        : never,
    );
    return slowest(watched);
  }

  /** A service with volumes that talks to itself keeps one log by majority. */
  isQuorum(component: Component): boolean {
    return (
      component.volumes.length > 0 &&
      this.#members(component.service).length > 1 &&
      this.#stack.edges.some((edge) => this.#serviceOf(edge.from) === component.service && this.#serviceOf(edge.to) === component.service)
    );
  }

  /** It hears a majority, itself included. */
  agrees(member: Component, nowMs: number): boolean {
    return this.#heard(member, nowMs).length > this.#members(member.service).length / 2;
  }

  isReachable(component: string, nowMs: number): boolean {
    return this.#runs(component, nowMs);
  }

  processOfPort(component: string, port: number): string {
    return port === 22 ? "sshd" : this.#state.processOf({ component });
  }

  /** Acknowledged by the member itself and by a majority, whichever is later. */
  #commit(member: Component, nowMs: number): Journey {
    const members = this.#members(member.service);
    if (!this.agrees(member, nowMs) || !this.takesPart(member.name, nowMs)) return never;
    const leader = this.#stack.roles.find((role) => role.of === member.service)?.at ?? members[0]?.name ?? member.name;
    const hurtSince =
      this.#state.stopped(leader, this.#state.processOf({ component: leader }), nowMs) ??
      this.#state.down(leader, this.#state.processOf({ component: leader }), nowMs) ??
      (this.#starved(leader, nowMs) ? this.#state.limitedSince(leader, nowMs) : undefined);
    if (hurtSince !== undefined && nowMs - hurtSince < handoverMs) return never;
    const majority = Math.floor(members.length / 2) + 1;
    const times = this.#heard(member, nowMs)
      .map(({ name }) => ({ own: name === member.name, ms: this.#diskMs(name, nowMs) }))
      .toSorted((one, other) => one.ms - other.ms);
    const needed = times[majority - 1];
    return needed ? { ms: Math.max(needed.ms, times.find(({ own }) => own)?.ms ?? 0), failed: undefined } : never;
  }

  #diskMs(component: string, nowMs: number): number {
    const heldMs = syncsPerCommit * this.#state.syncDelayMs(component, nowMs);
    const iops = this.#state.writeIops(component, nowMs);
    return heldMs + (iops === undefined ? this.#around(6) : ((putSecondsTimesIops * 1_000) / iops) * (0.7 + 0.6 * this.#random()) + 4);
  }

  /** It runs, and its disk lets it keep up with the others. */
  takesPart(component: string, nowMs: number): boolean {
    return this.#runs(component, nowMs) && !this.#starved(component, nowMs);
  }

  #starved(component: string, nowMs: number): boolean {
    return (this.#state.writeIops(component, nowMs) ?? Number.POSITIVE_INFINITY) <= starvedIops;
  }

  #runs(component: string, nowMs: number): boolean {
    // Who is told that its disk is broken ends, or serves nobody.
    return (
      this.answers(component, this.#state.processOf({ component }), nowMs) && this.#state.syncFailEvery(component, nowMs) === undefined
    );
  }

  answers(component: string, process: string, nowMs: number): boolean {
    return this.#state.stopped(component, process, nowMs) === undefined && this.#state.down(component, process, nowMs) === undefined;
  }

  #heard(member: Component, nowMs: number): readonly Component[] {
    return this.#members(member.service).filter(
      ({ name }) => name === member.name || (this.takesPart(name, nowMs) && this.#talks(member.name, name, nowMs)),
    );
  }

  /** Its own work takes longer by as much as its share of the processors falls. */
  #workMs(component: string, nowMs: number): number {
    const squeeze = this.#state.squeeze(component, nowMs);
    return this.#around(squeeze === undefined ? 1 : Math.max(1, (squeeze.workers + 1) / squeeze.cpus));
  }

  #talks(one: string, other: string, nowMs: number): boolean {
    const service = this.#serviceOf(one);
    const inside = this.#stack.edges.filter((edge) => this.#serviceOf(edge.from) === service && this.#serviceOf(edge.to) === service);
    if (inside.some(({ network }) => [one, other].some((side) => !this.#state.carries(side, network, nowMs)))) return false;
    return !this.#stack.networks.some((network) =>
      [...this.#state.rules(one, other, network, nowMs), ...this.#state.rules(other, one, network, nowMs)].some(
        (rule) => rule.percent === 100 && rule.flows === "all",
      ),
    );
  }

  /** A question goes on over the network on which it came, where the component asks anybody there; else to whoever keeps something. */
  #onward(component: Component, network: string, visited: readonly string[]) {
    const all = this.#stack.edges.filter(
      (edge) => edge.from === component.name && this.#serviceOf(edge.to) !== component.service && !visited.includes(edge.to),
    );
    const same = all.filter((edge) => edge.network === network);
    return same.length > 0 ? same : all.filter((edge) => (this.#state.component(edge.to)?.volumes.length ?? 0) > 0);
  }

  #members(service: string): readonly Component[] {
    return this.#stack.components.filter((component) => component.service === service);
  }

  #serviceOf(name: string): string | undefined {
    return this.#state.component(name)?.service;
  }

  #around(ms: number): number {
    return ms * (0.8 + 0.4 * this.#random());
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

export const never: Journey = { ms: Number.POSITIVE_INFINITY, failed: undefined };
export const still: Journey = { ms: 0, failed: undefined };
export const plus = (one: Journey, other: Journey): Journey => ({
  ms: one.failed === undefined ? one.ms + other.ms : one.ms,
  failed: one.failed ?? other.failed,
});
const slowest = (all: readonly Journey[]): Journey => ({
  ms: Math.max(0, ...all.map(({ ms }) => ms)),
  failed: all.find(({ failed }) => failed !== undefined)?.failed,
});
