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
import { armedChange, identityOf } from "./sim-identity.ts";
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
  /** Shot and not yet undone. */
  readonly #fired = new Set<string>();
  /** Undone before their instant came. */
  readonly #cancelled = new Set<string>();
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

  /** The changes to which that belongs. */
  actingChanges(): readonly string[] {
    return this.#state.acting(this.#clock.now()).map(({ id }) => id);
  }

  /** What the keeper does when nobody speaks to it any more, and `cleanup` in its stead: it undoes all that it holds, the last lease first. */
  endLeases(): void {
    for (const id of [...this.leases].toReversed()) {
      const undo = this.#plan?.changes.find((change) => change.id === id)?.undo;
      if (undo) this.#state.carryOut(id, undo, this.#clock.now(), 0);
      this.leases.delete(id);
    }
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
      this.#armed.set(
        change.id,
        armedChange(change, (component) => this.#identity(component)),
      );
      this.#tables.add(change.apply.at.component);
    }
    return [...this.#armed.values()];
  }

  async observe(sink: (record: JournalRecord) => void): Promise<void> {
    this.#running();
    if (!this.#plan || this.#observer) throw new PlanefaultError("agent", "observing needs an armed plan, once");
    const answers = new Answers(this.#topology, this.#state, this.#random);
    this.#sink = sink;
    this.#observer = new Observer(
      this.#plan,
      this.#clock,
      this.#random,
      answers,
      new WitnessRows(this.#topology, this.#state, this.#random),
    );
    void this.#observer.run(sink);
  }

  async lease(change: string): Promise<void> {
    this.#find(change);
    this.leases.add(change);
  }

  async fire(id: string, atMs: number): Promise<Answer> {
    const armed = this.#find(id);
    if (this.#fired.has(id)) return { answer: "refused", detail: `${id} was fired already` };
    this.#cancelled.delete(id);
    await this.#clock.until(atMs);
    if (this.#cancelled.has(id)) return { answer: "refused", detail: `${id} was undone before its instant` };
    const moved = this.#moved(armed);
    if (moved) return moved;
    const nowMs = this.#clock.now();
    this.#fired.add(id);
    if (this.#options.sabotage !== "fire") this.#state.carryOut(id, armed.change.apply, nowMs, nowMs + armed.change.leaseMs);
    return { answer: "done", doneAt: nowMs };
  }

  async undo(id: string): Promise<Answer> {
    const armed = this.#find(id);
    this.#cancelled.add(id);
    // Nothing of what was never fired can act, wherever its place may be.
    const moved = this.#fired.has(id) ? this.#moved(armed) : undefined;
    if (moved) return moved;
    if (this.#options.sabotage === "undo") this.#state.outlast(id);
    else await this.#carryBack(id, armed.change.undo);
    this.#fired.delete(id);
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

  /** Agents undo what still acts, whatever was asked of them before. */
  async disarm(): Promise<void> {
    for (const id of [...this.#fired].toReversed()) await this.undo(id);
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
    return identityOf(this.#running(), component, this.#restarts.get(component) ?? 0);
  }

  #moved({ change, at }: ArmedChange & { readonly change: Change }): Answer | undefined {
    const now = this.#identity(at.component).containerId;
    return now === at.containerId
      ? undefined
      : { answer: "refused", detail: `${change.apply.at.component} was ${at.containerId} and is ${now}` };
  }
}
