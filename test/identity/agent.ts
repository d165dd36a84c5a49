// The agent beside a component, with its real changes and executors. Only what starts a program is played: nft, iproute2 and strace would act on the real machine.
import { Changes } from "../../src/agent/changes.ts";
import { type Executor, makeExecutor } from "../../src/agent/executor.ts";
import type { Host } from "../../src/agent/host.ts";
import { checkLink } from "../../src/agent/link.ts";
import type { Nft } from "../../src/agent/nft.ts";
import { checkAddress, checkNetns } from "../../src/agent/same-place.ts";
import { tracerCommand } from "../../src/agent/tracer.ts";
import type { ArmedChange } from "../../src/model/identity.ts";
import type { Container, Process } from "./machine.ts";
import { ourStraceMark } from "./oracle.ts";
import type { Scene } from "./scene.ts";
import { agentHost, freePid } from "./views.ts";

const stallMs = 500;

export class PlayedAgent {
  readonly changes: Changes;
  readonly #scene: Scene;
  readonly #container: Container;
  readonly #self: Process | undefined;
  /** What happens between the check and the shot. */
  onStall: (() => void) | undefined;
  #nowMs = 0;
  #ending = false;

  /** `isTrusting`: it checks nothing. */
  constructor(scene: Scene, container: Container, isTrusting: boolean) {
    this.#scene = scene;
    this.#container = container;
    this.#self = scene.agents.find((agent) => agent.container === container);
    const host = agentHost(scene, container);
    this.changes = new Changes(
      { now: () => this.#nowMs, until: (atMs) => this.#until(atMs) },
      () => undefined,
      async (armed, table, _, processes) => {
        const executor = await this.#executor(
          armed,
          host,
          async () => await makeExecutor(armed, table, async () => this.#rules(host), processes, host),
        );
        return {
          ...executor,
          ...(isTrusting ? { check: () => undefined } : {}),
          undo: () => executor.undo().catch((error: unknown) => (this.#ending ? undefined : Promise.reject(error as Error))),
        };
      },
    );
  }

  get isAlive(): boolean {
    return this.#self !== undefined && !this.#self.ended;
  }

  /** Ends its timers. What it does to the machine from here on is nobody's concern. */
  async end(): Promise<void> {
    this.#ending = true;
    await this.changes.disarm();
  }

  async #until(atMs: number): Promise<void> {
    // The first of the two waits of a shot ends a little before its instant.
    const isShot = this.#nowMs > 0 && this.onStall !== undefined;
    this.#nowMs = Math.max(this.#nowMs, atMs);
    if (!isShot) return;
    this.onStall?.();
    this.onStall = undefined;
    this.#nowMs += stallMs;
    if (!this.isAlive) throw new Error("the agent has ended");
  }

  async #executor(armed: ArmedChange, host: Host, real: () => Promise<Executor>): Promise<Executor> {
    const { apply } = armed.change;
    if (apply.op === "link.down" || apply.op === "rate.limit" || apply.op === "packets.disturb")
      return this.#link(armed, apply.network, host);
    const executor = await real();
    return apply.op === "sync.delay" || apply.op === "sync.fail" ? { ...executor, ...this.#strace(armed) } : executor;
  }

  #rules(host: Host): Pick<Nft, "change"> {
    let [destination, held] = ["", ""];
    return {
      change: async (text) => {
        destination = / ip daddr (\S+)/u.exec(text)?.[1] ?? destination;
        const source = /add element .* \{ (\S+) timeout/u.exec(text)?.[1];
        if (source !== undefined) {
          this.#scene.machine.shots.push({ by: "agent", kind: "rule", netns: host.netns(), destination, source });
          held = source;
        }
        if (text.startsWith("delete element")) held = "";
        return { listing: JSON.stringify({ elem: held === "" ? [] : [held] }), complaint: "" };
      },
    };
  }

  /** The checks of link-down.ts, rate-limit.ts and disturb.ts. */
  #link({ at }: ArmedChange, network: string, host: Host): Executor {
    const { machine } = this.#scene;
    const { link, component } = at;
    const address = at.addresses[network];
    if (!link || address === undefined) throw new Error("armed without an interface");
    checkNetns(at, host.netns());
    const shoot = (): void =>
      void machine.shots.push({ by: "agent", kind: "link", of: this.#container, index: machine.linkOf(this.#container) });
    return {
      check: () => {
        checkLink(link, machine.interfaces(this.#container));
        checkAddress(component, address, host.addresses());
      },
      apply: async () => shoot(),
      undo: async () => {
        checkLink(link, machine.interfaces(this.#container));
        shoot();
      },
    };
  }

  #strace({ change, at }: ArmedChange): Pick<Executor, "apply" | "undo"> {
    const { machine } = this.#scene;
    const { apply, leaseMs } = change;
    if (!at.process || !("delayMs" in apply || "every" in apply)) throw new Error("armed without a process");
    const command = tracerCommand(at.process.pid, apply, leaseMs);
    let tracer: Process | undefined;
    return {
      apply: async () => {
        const traced = machine.within(this.#container, Number(command.at(-1)));
        machine.shots.push({ by: "agent", kind: "trace", hit: traced });
        if (!traced) return;
        tracer = machine.start(this.#container, freePid(machine, this.#container), "strace", { parent: 0 });
        tracer.words = [...command.slice(command.lastIndexOf("strace")), ourStraceMark];
        machine.write(tracer);
        machine.trace(traced, tracer);
      },
      undo: async () => {
        if (tracer && !tracer.ended) machine.end(tracer);
      },
    };
  }
}
