// What acts on the model right now. Ops are interpreted here, exactly those that the agent carries out, and a lease ends by itself.
import { revealed } from "../../model/hidden.ts";
import type { Op, Place, Traffic } from "../../model/op.ts";
import type { Component, Stack } from "../../model/stack.ts";

export type Effect = Extract<
  Op,
  {
    readonly op:
      | "packets.block"
      | "disk.limit"
      | "sync.delay"
      | "sync.fail"
      | "cpu.limit"
      | "memory.limit"
      | "link.down"
      | "rate.limit"
      | "process.stop"
      | "process.kill"
      | "process.restart";
  }
>;

/** What a supervisor needs to bring a process back, and the process to answer. */
const backAfterMs = 500;

/** The program itself was read by another container, which it is counted for. */
const leastCacheBytes = 1.5 * 2 ** 20;

interface Acting {
  readonly effect: Effect;
  readonly sinceMs: number;
  /** Of the change. */
  readonly id: string;
  endsMs: number;
}

export class ModelState {
  readonly #stack: Stack;
  /** Ended ones stay: a tick asks what was true at the instants since the last one. */
  readonly #history: Acting[] = [];

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  /** `endsMs` is the end of the lease. Ops that end something ignore it. */
  carryOut(id: string, op: Op, nowMs: number, endsMs: number): void {
    switch (op.op) {
      case "packets.block":
      case "disk.limit":
      case "link.down":
      case "rate.limit":
      case "sync.delay":
      case "sync.fail":
      case "cpu.limit":
      case "memory.limit":
      case "process.stop":
        this.#end((acting) => acting.id === id, nowMs);
        this.#history.push({ effect: op, id, sinceMs: nowMs, endsMs });
        return;
      case "process.kill":
        this.#history.push({ effect: op, id, sinceMs: nowMs, endsMs: endsMs + backAfterMs });
        return;
      case "process.restart":
        this.#history.push({ effect: op, id, sinceMs: nowMs, endsMs: nowMs + backAfterMs });
        return;
      case "packets.pass":
      case "disk.restore":
      case "link.up":
      case "rate.restore":
      case "sync.pass":
      case "cpu.restore":
      case "memory.restore":
      case "process.continue":
        this.#end((acting) => acting.id === id, nowMs);
        return;
      case "process.ensure":
        this.#end((acting) => acting.id === id, nowMs + backAfterMs);
        return;
      default:
        op satisfies never;
    }
  }

  /** Whoever held the lease believes that it is over: nothing ends what acts. The kernel believes nobody, so its packet rules still end. */
  outlast(id: string): void {
    for (const acting of this.#history)
      if (acting.effect.op !== "packets.block" && acting.id === id) acting.endsMs = Number.POSITIVE_INFINITY;
  }

  /** A restarted container has lost its tables, limits and stopped processes. */
  forget(component: string, nowMs: number): void {
    this.#end(({ effect }) => effect.at.component === component, nowMs);
  }

  acting(nowMs: number): readonly Acting[] {
    return this.#history.filter(({ sinceMs, endsMs }) => sinceMs <= nowMs && nowMs < endsMs);
  }

  /** Rules that meet packets on their way from one component to another. */
  rules(from: string, to: string, network: string, nowMs: number): readonly Traffic[] {
    return this.acting(nowMs).flatMap(({ effect }) =>
      effect.op === "packets.block" &&
      effect.at.component === to &&
      effect.traffic.from.component === from &&
      effect.traffic.network === network
        ? [effect.traffic]
        : [],
    );
  }

  /** The rules of these changes alone: each catches canaries of its own. */
  rulesOf(changes: readonly string[], nowMs: number): readonly Traffic[] {
    return this.acting(nowMs).flatMap(({ id, effect }) => (changes.includes(id) && effect.op === "packets.block" ? [effect.traffic] : []));
  }

  /** Whether the component's link on a network carries packets. */
  carries(component: string, network: string, nowMs: number): boolean {
    return !this.acting(nowMs).some(({ effect, sinceMs }) => {
      if (effect.op !== "link.down" || effect.at.component !== component || effect.network !== network) return false;
      return effect.flap === undefined || (nowMs - sinceMs) % (effect.flap.downMs + effect.flap.upMs) < effect.flap.downMs;
    });
  }

  /** Bits per second that may leave the component on a network. */
  rate(component: string, network: string, nowMs: number): number | undefined {
    const limits = this.acting(nowMs).flatMap(({ effect }) =>
      effect.op === "rate.limit" && effect.at.component === component && effect.network === network ? [effect.bitsPerSecond] : [],
    );
    return limits.length === 0 ? undefined : Math.min(...limits);
  }

  /** Writes per second, the tightest of all limits on the component's volumes. */
  writeIops(component: string, nowMs: number): number | undefined {
    const limits = this.acting(nowMs).flatMap(({ effect }) =>
      effect.op === "disk.limit" && effect.at.component === component ? [effect.writeIops] : [],
    );
    return limits.length === 0 ? undefined : Math.min(...limits);
  }

  /** Since when the process has been stopped. */
  stopped(component: string, process: string, nowMs: number): number | undefined {
    return this.acting(nowMs).find(
      ({ effect }) => effect.op === "process.stop" && effect.at.component === component && this.processOf(effect.at) === process,
    )?.sinceMs;
  }

  /** Since when no process of the name lives. */
  down(component: string, process: string, nowMs: number): number | undefined {
    return this.#endings(component, process).find(({ sinceMs, endsMs }) => sinceMs <= nowMs && nowMs < endsMs)?.sinceMs;
  }

  /** When one will live again, if nothing else happens to it. */
  backMs(component: string, process: string): number {
    return Math.max(0, ...this.#endings(component, process).map(({ endsMs }) => endsMs));
  }

  /** How many processes of the name have been ended so far. */
  lives(component: string, process: string, nowMs: number): number {
    return this.#endings(component, process).filter(({ sinceMs }) => sinceMs <= nowMs).length;
  }

  /** Since when the component's disk has been limited. */
  limitedSince(component: string, nowMs: number): number | undefined {
    return this.acting(nowMs).find(({ effect }) => effect.op === "disk.limit" && effect.at.component === component)?.sinceMs;
  }

  /** How much later each sync of the component begins. */
  syncDelayMs(component: string, nowMs: number): number {
    return Math.max(0, ...this.#on(component, "sync.delay", nowMs).map(({ effect }) => effect.delayMs));
  }

  /** One in how many syncs of the component fails; undefined: none. */
  syncFailEvery(component: string, nowMs: number): number | undefined {
    return this.#on(component, "sync.fail", nowMs)[0]?.effect.every;
  }

  squeeze(component: string, nowMs: number): Extract<Effect, { readonly op: "cpu.limit" }> | undefined {
    return this.#on(component, "cpu.limit", nowMs)[0]?.effect;
  }

  /** Page cache that the component is left. */
  headroom(component: string, nowMs: number): number | undefined {
    return this.#on(component, "memory.limit", nowMs)[0]?.effect.headroomBytes;
  }

  /** Of the files that it reads all the time: they say how large these are. */
  usualCache(component: string): number {
    const files = Object.entries(revealed(this.component(component)?.environment ?? {})).filter(([name]) => name.endsWith("_FILE_MIB"));
    return files.reduce((sum, [, mib]) => sum + Number(mib) * 2 ** 20, leastCacheBytes);
  }

  /** The share of it that has to be read from the disk. */
  missingCache(component: string, nowMs: number): number {
    return Math.max(0, 1 - (this.headroom(component, nowMs) ?? Number.POSITIVE_INFINITY) / this.usualCache(component));
  }

  component(name: string): Component | undefined {
    return this.#stack.components.find((component) => component.name === name);
  }

  processOf(place: Place): string {
    return place.process ?? this.component(place.component)?.processes[0]?.name ?? "main";
  }

  #endings(component: string, process: string): readonly Acting[] {
    return this.#history.filter(
      ({ effect }) =>
        (effect.op === "process.kill" || effect.op === "process.restart") &&
        effect.at.component === component &&
        this.processOf(effect.at) === process,
    );
  }

  #on<Kind extends Effect["op"]>(
    component: string,
    kind: Kind,
    nowMs: number,
  ): readonly { readonly effect: Extract<Effect, { readonly op: Kind }> }[] {
    const isOne = (effect: Effect): effect is Extract<Effect, { readonly op: Kind }> =>
      effect.op === kind && effect.at.component === component;
    return this.acting(nowMs).flatMap(({ effect }) => (isOne(effect) ? [{ effect }] : []));
  }

  #end(which: (acting: Acting) => boolean, nowMs: number): void {
    for (const acting of this.#history) if (which(acting)) acting.endsMs = Math.min(acting.endsMs, nowMs);
  }
}
