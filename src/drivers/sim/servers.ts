// What components of the model do with a request: processes that may be stopped, disks that may be slow, members that must agree, and whoever they ask in turn along the target's edges.
import type { Random } from "../../model/clock.ts";
import type { Component } from "../../model/stack.ts";
import { around, type Journey, type Journeys, never, plus, still } from "./journey.ts";
import type { ModelState } from "./model-state.ts";
import type { Topology } from "./topology.ts";

interface Work {
  readonly kind: "read" | "write";
  /** The answer depends on whom the component asks in turn. */
  readonly through: boolean;
  /** The one over which it was asked. */
  readonly network: string;
}

/** Puts took about 28 s divided by the limit in writes per second: 487 ms at 60, 1344 ms at 20, 3865 ms at 8 (three etcd members, blkio v1, 10 puts per second each). */
const putSecondsTimesIops = 28;
/** Puts took 1.7 s through the leader and 2.7 s through a follower when each sync of three etcd members was held for 500 ms, under 10 puts per second each. */
const syncsPerCommit = 3;
/** At 2 writes per second a member no longer takes part; at 8 it does. */
const starvedIops = 4;
/** A leader that is throttled or stopped is replaced within about a second. */
const handoverMs = 1_000;

export class Servers {
  readonly #topology: Topology;
  readonly #state: ModelState;
  readonly #journeys: Journeys;
  readonly #random: Random;

  constructor(topology: Topology, state: ModelState, journeys: Journeys, random: Random) {
    this.#topology = topology;
    this.#state = state;
    this.#journeys = journeys;
    this.#random = random;
  }

  /** What the component does with a request: its own work, then whatever it asks of others. */
  serve(component: string, { kind, through, network: over }: Work, nowMs: number, visited: readonly string[] = []): Journey {
    const served = this.#topology.component(component);
    if (!served || !this.#runs(component, nowMs)) return this.silence(component, this.#state.processOf({ component }), nowMs);
    const own: Journey = { ms: this.#workMs(component, nowMs), failed: undefined };
    if (this.#topology.isQuorum(served)) return kind === "write" || through ? plus(own, this.#commit(served, nowMs)) : own;
    if (kind === "write" && this.#isBroken(component, nowMs)) return { ...own, failed: "HTTP 500" };
    const stored = kind === "write" && this.#topology.keeps(component) ? { ms: this.#diskMs(component, nowMs), failed: undefined } : still;
    if (kind === "read" && !through) return plus(own, stored);
    const asked = this.#onward(served, over, visited).map(({ to, network, port }) =>
      plus(
        this.#journeys.travel({ from: component, to, network, port, fresh: false }, nowMs),
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
    const watcher = this.#topology.component(component);
    if (!watcher || !this.#runs(component, nowMs)) return never;
    const watched = this.#onward(watcher, over, []).map(({ to, network, port }) =>
      this.#runs(to, nowMs) && !this.#starved(to, nowMs)
        ? plus(this.#journeys.travel({ from: to, to: component, network, port, fresh: false }, nowMs), {
            ms: this.#diskMs(to, nowMs),
            failed: undefined,
          })
        : never,
    );
    return slowest(watched);
  }

  /** It hears a majority, itself included. */
  agrees(member: Component, nowMs: number): boolean {
    return this.#heard(member, nowMs).length >= this.#majority(member.service);
  }

  isReachable(component: string, nowMs: number): boolean {
    return this.#runs(component, nowMs);
  }

  processOfPort(component: string, port: number): string {
    return port === 22 ? "sshd" : this.#state.processOf({ component });
  }

  /** Acknowledged by the member itself and by a majority, whichever is later. */
  #commit(member: Component, nowMs: number): Journey {
    const majority = this.#majority(member.service);
    const heard = this.#heard(member, nowMs);
    if (heard.length < majority || !this.takesPart(member.name, nowMs)) return never;
    const leader = this.#topology.leader(member.service) ?? member.name;
    const hurtSince =
      this.#state.stopped(leader, this.#state.processOf({ component: leader }), nowMs) ??
      this.#state.down(leader, this.#state.processOf({ component: leader }), nowMs) ??
      (this.#starved(leader, nowMs) ? this.#state.limitedSince(leader, nowMs) : undefined);
    if (hurtSince !== undefined && nowMs - hurtSince < handoverMs) return never;
    const times = heard
      .map(({ name }) => ({ own: name === member.name, ms: this.#diskMs(name, nowMs) }))
      .toSorted((one, other) => one.ms - other.ms);
    const needed = times[majority - 1];
    return needed ? { ms: Math.max(needed.ms, times.find(({ own }) => own)?.ms ?? 0), failed: undefined } : never;
  }

  #diskMs(component: string, nowMs: number): number {
    const heldMs = syncsPerCommit * this.#state.syncDelayMs(component, nowMs);
    const iops = this.#state.writeIops(component, nowMs);
    return (
      heldMs + (iops === undefined ? around(6, this.#random) : ((putSecondsTimesIops * 1_000) / iops) * (0.7 + 0.6 * this.#random()) + 4)
    );
  }

  /** It runs, and its disk lets it keep up with the others. */
  takesPart(component: string, nowMs: number): boolean {
    return this.#runs(component, nowMs) && !this.#starved(component, nowMs);
  }

  #starved(component: string, nowMs: number): boolean {
    return (this.#state.writeIops(component, nowMs) ?? Number.POSITIVE_INFINITY) <= starvedIops;
  }

  #runs(component: string, nowMs: number): boolean {
    return (
      this.answers(component, this.#state.processOf({ component }), nowMs) &&
      !(this.#isBroken(component, nowMs) && this.#topology.keeps(component))
    );
  }

  /** Its disk says that it is. Who keeps a volume ends at that, or serves nobody; who only puts down what it is told says no. */
  #isBroken(component: string, nowMs: number): boolean {
    return this.#state.syncFailEvery(component, nowMs) !== undefined;
  }

  answers(component: string, process: string, nowMs: number): boolean {
    return this.#state.stopped(component, process, nowMs) === undefined && this.#state.down(component, process, nowMs) === undefined;
  }

  #heard(member: Component, nowMs: number): readonly Component[] {
    return this.#topology
      .members(member.service)
      .filter(({ name }) => name === member.name || (this.takesPart(name, nowMs) && this.#talks(member, name, nowMs)));
  }

  /** Its own work takes longer by as much as its share of the processors falls. */
  #workMs(component: string, nowMs: number): number {
    const squeeze = this.#state.squeeze(component, nowMs);
    return around(squeeze === undefined ? 1 : Math.max(1, (squeeze.workers + 1) / squeeze.cpus), this.#random);
  }

  #talks({ service, name }: Component, other: string, nowMs: number): boolean {
    return this.#topology.innerNetworks(service).every((network) => this.#journeys.connects(name, other, network, nowMs));
  }

  /** A question goes on over the network on which it came, where the component asks anybody there; else to whoever keeps something. */
  #onward({ name, service }: Component, network: string, visited: readonly string[]) {
    const all = this.#topology.edgesFrom(name).filter(({ to }) => this.#topology.service(to) !== service && !visited.includes(to));
    const same = all.filter((edge) => edge.network === network);
    return same.length > 0 ? same : all.filter((edge) => this.#topology.keeps(edge.to));
  }

  #majority(service: string): number {
    return Math.floor(this.#topology.members(service).length / 2) + 1;
  }
}

const slowest = (all: readonly Journey[]): Journey => ({
  ms: Math.max(0, ...all.map(({ ms }) => ms)),
  failed: all.find(({ failed }) => failed !== undefined)?.failed,
});
