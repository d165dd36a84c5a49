// What acts on the model right now. Ops are interpreted here, exactly those that the agent carries out, and a lease ends by itself.
import type { Disturbance, Op, Place, Traffic } from "../../model/op.ts";
import type { Topology } from "./topology.ts";

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
      | "packets.disturb"
      | "process.stop"
      | "process.kill"
      | "process.restart";
  }
>;

/** What a supervisor needs to bring a process back, and the process to answer. */
const backAfterMs = 500;

type Kind = Effect["op"];
type EffectOf<K extends Kind> = Extract<Effect, { readonly op: K }>;

interface Acting<E extends Effect = Effect> {
  readonly effect: E;
  readonly sinceMs: number;
  /** Of the change. */
  readonly id: string;
  endsMs: number;
}

const none: readonly never[] = [];
const isActing = ({ sinceMs, endsMs }: Acting, nowMs: number): boolean => sinceMs <= nowMs && nowMs < endsMs;

export class ModelState {
  readonly #topology: Topology;
  /** Ended ones stay: a tick asks what was true at the instants since the last one. */
  readonly #history: Acting[] = [];
  /** The same by kind: every sample asks after all kinds, and most of them never act. */
  readonly #kinds = new Map<Kind, Acting[]>();

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  /** `endsMs` is the end of the lease. Ops that end something ignore it. */
  carryOut(id: string, op: Op, nowMs: number, endsMs: number): void {
    switch (op.op) {
      case "packets.block":
      case "disk.limit":
      case "link.down":
      case "rate.limit":
      case "packets.disturb":
      case "sync.delay":
      case "sync.fail":
      case "cpu.limit":
      case "memory.limit":
      case "process.stop":
        this.#end((acting) => acting.id === id, nowMs);
        this.#begin({ effect: op, id, sinceMs: nowMs, endsMs });
        return;
      case "process.kill":
        this.#begin({ effect: op, id, sinceMs: nowMs, endsMs: endsMs + backAfterMs });
        return;
      case "process.restart":
        this.#begin({ effect: op, id, sinceMs: nowMs, endsMs: nowMs + backAfterMs });
        return;
      case "packets.pass":
      case "disk.restore":
      case "link.up":
      case "rate.restore":
      case "packets.settle":
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
    return this.#history.filter((acting) => isActing(acting, nowMs));
  }

  /** Rules that meet packets on their way from one component to another. */
  rules(from: string, to: string, network: string, nowMs: number): readonly Traffic[] {
    return this.#on(to, "packets.block", nowMs)
      .filter(({ effect: { traffic } }) => traffic.from.component === from && traffic.network === network)
      .map(({ effect }) => effect.traffic);
  }

  /** The rules of these changes alone: each catches canaries of its own. */
  rulesOf(changes: readonly string[], nowMs: number): readonly Traffic[] {
    return this.#all("packets.block")
      .filter((acting) => changes.includes(acting.id) && isActing(acting, nowMs))
      .map(({ effect }) => effect.traffic);
  }

  /** Whether the component's link on a network carries packets. */
  carries(component: string, network: string, nowMs: number): boolean {
    return !this.#on(component, "link.down", nowMs).some(({ effect, sinceMs }) => {
      if (effect.network !== network) return false;
      return effect.flap === undefined || (nowMs - sinceMs) % (effect.flap.downMs + effect.flap.upMs) < effect.flap.downMs;
    });
  }

  /** Bits per second that may leave the component on a network. */
  rate(component: string, network: string, nowMs: number): number | undefined {
    const limits = this.#on(component, "rate.limit", nowMs).filter(({ effect }) => effect.network === network);
    return least(limits.map(({ effect }) => effect.bitsPerSecond));
  }

  /** What packets from one component to another suffer on their way. */
  disturbances(from: string, to: string, network: string, nowMs: number): readonly Disturbance[] {
    return this.#on(from, "packets.disturb", nowMs)
      .filter(({ effect }) => effect.network === network && effect.to.some(({ component }) => component === to))
      .map(({ effect }) => effect.disturbance);
  }

  /** Writes per second, the tightest of all limits on the component's volumes. */
  writeIops(component: string, nowMs: number): number | undefined {
    return least(this.#on(component, "disk.limit", nowMs).map(({ effect }) => effect.writeIops));
  }

  /** Since when the process has been stopped. */
  stopped(component: string, process: string, nowMs: number): number | undefined {
    return this.#on(component, "process.stop", nowMs).find(({ effect }) => this.processOf(effect.at) === process)?.sinceMs;
  }

  /** Since when no process of the name lives. */
  down(component: string, process: string, nowMs: number): number | undefined {
    return this.#endings(component, process).find((acting) => isActing(acting, nowMs))?.sinceMs;
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
    return this.#on(component, "disk.limit", nowMs)[0]?.sinceMs;
  }

  /** How much later each sync of the component begins. */
  syncDelayMs(component: string, nowMs: number): number {
    return Math.max(0, ...this.#on(component, "sync.delay", nowMs).map(({ effect }) => effect.delayMs));
  }

  /** One in how many syncs of the component fails; undefined: none. */
  syncFailEvery(component: string, nowMs: number): number | undefined {
    return this.#on(component, "sync.fail", nowMs)[0]?.effect.every;
  }

  squeeze(component: string, nowMs: number): EffectOf<"cpu.limit"> | undefined {
    return this.#on(component, "cpu.limit", nowMs)[0]?.effect;
  }

  /** Page cache that the component is left. */
  headroom(component: string, nowMs: number): number | undefined {
    return this.#on(component, "memory.limit", nowMs)[0]?.effect.headroomBytes;
  }

  /** The share of its usual page cache that has to be read from the disk. */
  missingCache(component: string, nowMs: number): number {
    const headroom = this.headroom(component, nowMs);
    return headroom === undefined ? 0 : Math.max(0, 1 - headroom / this.#topology.usualCache(component));
  }

  processOf(place: Place): string {
    return place.process ?? this.#topology.component(place.component)?.processes[0]?.name ?? "main";
  }

  #endings(component: string, process: string): readonly Acting[] {
    const [killed, restarted] = [this.#all("process.kill"), this.#all("process.restart")];
    if (killed.length + restarted.length === 0) return none;
    return [...killed, ...restarted].filter(({ effect }) => effect.at.component === component && this.processOf(effect.at) === process);
  }

  #on<K extends Kind>(component: string, kind: K, nowMs: number): readonly Acting<EffectOf<K>>[] {
    const all = this.#all(kind);
    return all.length === 0 ? none : all.filter((acting) => acting.effect.at.component === component && isActing(acting, nowMs));
  }

  #all<K extends Kind>(kind: K): readonly Acting<EffectOf<K>>[] {
    return (this.#kinds.get(kind) ?? none) as readonly Acting<EffectOf<K>>[];
  }

  #begin(acting: Acting): void {
    this.#history.push(acting);
    const { op } = acting.effect;
    this.#kinds.set(op, [...this.#all(op), acting]);
  }

  #end(which: (acting: Acting) => boolean, nowMs: number): void {
    for (const acting of this.#history) if (which(acting)) acting.endsMs = Math.min(acting.endsMs, nowMs);
  }
}

const least = (limits: readonly number[]): number | undefined => (limits.length === 0 ? undefined : Math.min(...limits));
