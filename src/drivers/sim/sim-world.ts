// The World on a model: same ops, virtual time, seeded chance. Whole experiments run in milliseconds, and everything that can go wrong can be made to.
import type { Clock, Random } from "../../model/clock.ts";
import type { Digest } from "../../model/digest.ts";
import { PlanefaultError } from "../../model/error.ts";
import type { ArmedChange, Identity } from "../../model/identity.ts";
import type { Change, Op } from "../../model/op.ts";
import type { Plan } from "../../model/plan.ts";
import type { JournalRecord } from "../../model/record.ts";
import type { Stack } from "../../model/stack.ts";
import type { Answer, World } from "../../model/world.ts";
import { Answers } from "./answers.ts";
import { digestOf } from "./model-digest.ts";
import { ModelState } from "./model-state.ts";
import { Observer } from "./observer.ts";
import { Topology } from "./topology.ts";
import { WitnessRows } from "./witness-rows.ts";

export interface SimOptions {
  /** "fire" and "undo" answer that they are done and do nothing. */
  readonly sabotage?: "fire" | "undo";
  /** Virtual milliseconds that starting takes. */
  readonly startMs?: number;
}

const emptyStack: Stack = {
  name: "",
  variant: undefined,
  description: "",
  folder: "",
  networks: [],
  components: [],
  vantages: [],
  roles: [],
  edges: [],
};

export class SimWorld implements World {
  readonly kind = "sim";
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #options: SimOptions;
  #stack: Stack | undefined;
  #topology = new Topology(emptyStack);
  #state = new ModelState(this.#topology);
  #armed = new Map<string, ArmedChange>();
  readonly #fired = new Set<string>();
  #tables = new Set<string>();
  #restarts = new Map<string, number>();
  #observer: Observer | undefined;
  #plan: Plan | undefined;
  #sink: ((record: JournalRecord) => void) | undefined;
  /** Changes whose undo the keeper holds. */
  readonly leases = new Set<string>();
  /** What a test has left behind: lines of the digest. */
  readonly planted: Record<string, string> = {};
  /** Ops that were still acting when the target stopped. */
  leftAtStop: readonly string[] = [];

  constructor(clock: Clock, random: Random, options: SimOptions = {}) {
    this.#clock = clock;
    this.#random = random;
    this.#options = options;
  }

  /** What acts right now, in words. */
  acting(): readonly string[] {
    return this.#state.acting(this.#clock.now()).map(({ effect }) => `${effect.op} ${effect.at.component}`);
  }

  isRunning(): boolean {
    return this.#stack !== undefined;
  }

  /** The container of a component restarts: it is no longer what was armed. */
  restart(component: string): void {
    this.#restarts.set(component, (this.#restarts.get(component) ?? 0) + 1);
    this.#state.forget(component, this.#clock.now());
  }

  async start(stack: Stack, progress: (step: string) => void, signal?: AbortSignal): Promise<void> {
    progress(`simulating ${stack.components.length} components`);
    await this.#clock.until(this.#clock.now() + (this.#options.startMs ?? 0), signal);
    this.#stack = stack;
    this.#topology = new Topology(stack);
    this.#state = new ModelState(this.#topology);
  }

  async digest(): Promise<Digest> {
    return { ...digestOf(this.#running(), this.#state, this.#tables, this.leases, this.#clock.now()), ...this.planted };
  }

  async arm(plan: Plan): Promise<readonly ArmedChange[]> {
    this.#running();
    this.#plan = plan;
    for (const change of plan.changes) {
      const peer = "traffic" in change.apply ? this.#identity(change.apply.traffic.from.component) : undefined;
      const limit =
        change.apply.op === "disk.limit"
          ? { version: 1 as const, cgroup: `blkio/sim/${change.apply.at.component}`, device: "8:0", before: "" }
          : undefined;
      const quota =
        change.apply.op === "cpu.limit" ? { version: 1 as const, cgroup: `cpu/sim/${change.apply.at.component}`, before: "-1" } : undefined;
      const memory =
        change.apply.op === "memory.limit"
          ? { version: 1 as const, cgroup: `memory/sim/${change.apply.at.component}`, before: "9223372036854771712", killDisable: "0" }
          : undefined;
      this.#armed.set(change.id, {
        change,
        at: { ...this.#identity(change.apply.at.component), ...(limit && { limit }), ...(quota && { quota }), ...(memory && { memory }) },
        ...(peer && { peer }),
      });
      this.#tables.add(change.apply.at.component);
    }
    return [...this.#armed.values()];
  }

  async observe(sink: (record: JournalRecord) => void): Promise<void> {
    this.#running();
    if (!this.#plan || this.#observer) throw new PlanefaultError("agent", "observing needs an armed plan, once");
    const answers = new Answers(this.#topology, this.#state, this.#random);
    this.#sink = sink;
    this.#observer = new Observer(this.#plan, this.#clock, this.#random, answers, new WitnessRows(this.#topology, this.#state, this.#random));
    void this.#observer.run(sink);
  }

  async lease(change: string): Promise<void> {
    this.#find(change);
    this.leases.add(change);
  }

  async fire(id: string, atMs: number): Promise<Answer> {
    const armed = this.#find(id);
    await this.#clock.until(atMs);
    const moved = this.#moved(armed);
    if (moved) return moved;
    const nowMs = this.#clock.now();
    this.#fired.add(id);
    if (this.#options.sabotage !== "fire") this.#state.carryOut(id, armed.change.apply, nowMs, nowMs + armed.change.leaseMs);
    return { answer: "done", doneAt: nowMs };
  }

  async undo(id: string): Promise<Answer> {
    const armed = this.#find(id);
    // Nothing of what was never fired can act, wherever its place may be.
    const moved = this.#fired.has(id) ? this.#moved(armed) : undefined;
    if (moved) return moved;
    if (this.#options.sabotage === "undo") this.#state.outlast(id);
    else await this.#carryBack(id, armed.change.undo);
    return { answer: "done", doneAt: this.#clock.now() };
  }

  async release(change: string): Promise<void> {
    this.leases.delete(change);
  }

  async stopObserving(): Promise<void> {
    this.#observer?.stop();
    this.#observer = undefined;
    this.#sayLoad();
  }

  async disarm(): Promise<void> {
    this.#armed = new Map();
    this.#tables = new Set();
  }

  async logs(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries((this.#stack?.components ?? []).map(({ name }) => [name, "simulated\n"]));
  }

  async stop(): Promise<void> {
    if (this.#stack) this.leftAtStop = this.acting();
    this.#observer?.stop();
    this.#observer = undefined;
    this.#stack = undefined;
  }

  async #carryBack(id: string, undo: Op): Promise<void> {
    this.#state.carryOut(id, undo, this.#clock.now(), 0);
    if (undo.op === "process.ensure") await this.#clock.until(this.#state.backMs(undo.at.component, this.#state.processOf(undo.at)));
  }

  /** A load at a rate is sampled as any probe. A script is not run, so that its thresholds stay undecided. */
  #sayLoad(): void {
    const load = this.#plan?.load;
    const detail = load?.kind === "script" ? "the simulator runs no script" : "simulated";
    if (load) this.#sink?.({ type: "load", at: this.#clock.now(), end: "told", detail, iterations: 0, dropped: 0 });
    this.#sink = undefined;
  }

  #running(): Stack {
    if (!this.#stack) throw new PlanefaultError("target", "the simulated target does not run");
    return this.#stack;
  }

  #find(id: string): ArmedChange {
    const armed = this.#armed.get(id);
    if (!armed) throw new PlanefaultError("wrong-shot", `${id} was never armed`);
    return armed;
  }

  #identity(component: string): Identity {
    const networks =
      this.#running().components.find(({ name }) => name === component)?.networks ??
      this.#running().vantages.find(({ name }) => name === component)?.networks;
    if (!networks) throw new PlanefaultError("wrong-shot", `there is no component ${component}`);
    const life = this.#restarts.get(component) ?? 0;
    return {
      component,
      containerId: `sim-${component}-${life}`,
      netns: `sim:${component}:${life}`,
      addresses: Object.fromEntries(networks.map((network, index) => [network, `10.0.${index}.1`])),
    };
  }

  #moved({ change, at }: ArmedChange & { readonly change: Change }): Answer | undefined {
    const now = this.#identity(at.component).containerId;
    return now === at.containerId
      ? undefined
      : { answer: "refused", detail: `${change.apply.at.component} was ${at.containerId} and is ${now}` };
  }
}
