// One running stack with its conversations: events of all agents arrive here, heartbeats leave from here, and whether it is still the clean stack it was is answered here.
import type { Digest } from "../../model/digest.ts";
import type { Change } from "../../model/op.ts";
import type { JournalRecord } from "../../model/record.ts";
import { messageOf } from "../../model/error.ts";
import type { Agent } from "./agent-container.ts";
import type { Channel } from "./channel.ts";
import { CleanState } from "./clean-state.ts";
import { answerDeadlinesMs } from "./deadlines.ts";
import { greet, heartbeatMs, nowMs, patienceBeats } from "./greet.ts";
import { bringRole } from "./roles.ts";
import type { RunIdentity, SessionContext } from "./session-context.ts";
import type { RunningStack } from "./start-stack.ts";
import { takeWorldDigest } from "./world-digest.ts";

const mostSaid = 1_000;
/** What the engine's own end takes along goes within this time. */
const gatherMs = 100;

export class LiveStack {
  readonly running: RunningStack;
  readonly #context: SessionContext;
  #run: RunIdentity;
  #clean: CleanState | undefined;
  #ending = false;
  #heart: NodeJS.Timeout | undefined;
  /** Who hears heartbeats: a program that is still starting could not answer them in time. */
  readonly #greeted = new Set<Channel>();
  /** Whose end nobody was told of yet, and why. */
  #gone: string[] = [];
  /** What agents and keeper said of this run: a lease that ended, an undo that failed. */
  readonly said: string[] = [];
  sink: ((record: JournalRecord) => void) | undefined;
  /** Changes of links that were leased and not seen to end: of these the keeper, which cannot undo them, proves nothing. */
  readonly openLinks = new Set<string>();

  constructor(context: SessionContext, running: RunningStack, run: RunIdentity) {
    this.#context = context;
    this.running = running;
    this.#run = run;
    for (const channel of this.#channels()) {
      channel.onEvent = (event) => this.#hear(channel.name, event);
      channel.onEnd = (why) => this.#lost(channel.name, why);
    }
  }

  /** First run on this stack: leaf cgroups, and the digest to which later runs are compared. */
  async prepare(): Promise<void> {
    await this.#greetAll();
    await Promise.all(
      [...this.running.components.values()].map(async ({ component }) => {
        // Nobody else's container is divided: its cgroups would never be put together again.
        if (component.processes.length === 0 || this.running.attached) return;
        const needsCpu = this.#run.powers?.[component.name]?.includes("cpu") === true;
        for (const [limited, cgroup] of [["disk", "/cgroup"] as const, ...(needsCpu ? [["cpu", "/cgroup-cpu"] as const] : [])])
          await this.running.agents
            .get(component.name)
            ?.channel.demand({ do: "split", processes: component.processes, cgroup, limited }, answerDeadlinesMs.split);
      }),
    );
    await this.#bringRoles();
    this.#clean = new CleanState(await takeWorldDigest(this.#context, this.running));
  }

  /** Of the run under way. */
  async digest(): Promise<Digest> {
    const digest = await takeWorldDigest(this.#context, this.running);
    this.#clean?.saw(digest);
    return digest;
  }

  shot(change: Change): void {
    this.#clean?.shot(change);
  }

  /** Undefined: the stack is proved to be as it was, and serves this run. Otherwise why it cannot; then the caller starts a new one. */
  async reuse(run: RunIdentity): Promise<string | undefined> {
    this.sink = undefined;
    this.said.length = 0;
    this.#run = run;
    this.#clean?.endRun();
    const dead = this.#channels().find((channel) => !channel.open);
    if (dead || !this.#clean) return `${dead?.name ?? "its first digest"} is gone`;
    try {
      // A run that broke off may have left its agents armed.
      await Promise.all(this.agents.map(({ channel }) => channel.demand({ do: "disarm" }, answerDeadlinesMs.disarm)));
      // An old lease would end in the middle of this run, or be forgotten for a new one of the same id.
      if ((await this.#greetAll()) > 0) return "the keeper holds a lease of an earlier run";
      const first = this.#clean.firstDifference(await takeWorldDigest(this.#context, this.running));
      if (first !== undefined) return `${first} is not as it was`;
    } catch (error) {
      return messageOf(error);
    }
    await this.#bringRoles();
    return undefined;
  }

  /** Resolves to the number of leases that the keeper holds. Whoever was greeted ends after a short silence, and on a slow machine the others take longer than that: so its heartbeats begin at once. */
  async #greetAll(): Promise<number> {
    this.#heart ??= setInterval(() => this.#beat(), heartbeatMs).unref();
    await Promise.all(
      this.agents.map(async ({ channel }) => {
        await greet(channel, this.#run);
        this.#greeted.add(channel);
      }),
    );
    const leases = await this.running.keeper.greet();
    this.#greeted.add(this.running.keeper.channel);
    return leases;
  }

  async #bringRoles(): Promise<void> {
    for (const role of this.running.stack.roles) await bringRole(this.#context, this.running, role);
  }

  #beat(): void {
    for (const channel of this.#greeted) channel.beat(heartbeatMs, patienceBeats);
  }

  /** All that undo something, standbys included. */
  get agents(): readonly Agent[] {
    const { agents, standbys } = this.running;
    return [...agents.values(), ...standbys.values()];
  }

  #channels(): readonly Channel[] {
    return [...this.agents.map(({ channel }) => channel), this.running.keeper.channel];
  }

  #hear(name: string, event: object): void {
    // Agents are ours and compiled from the same source; the journal validates records when it is read back.
    if ("event" in event && event.event === "record" && "record" in event) this.sink?.(event.record as JournalRecord);
    // A keeper that cannot undo says so every second.
    if (this.said.length < mostSaid && "event" in event && event.event === "log" && "text" in event)
      this.said.push(`${(nowMs(this.#run.originNs) / 1_000).toFixed(1)}s ${name}: ${String(event.text)}\n`);
  }

  #lost(name: string, why: string): void {
    if (this.#ending) return;
    this.#gone.push(`${name} is gone: ${why}`);
    if (this.#gone.length === 1) setTimeout(() => this.#tellGone(), gatherMs);
  }

  /** All of them at once is one piece of news, and not theirs. */
  #tellGone(): void {
    const gone = this.#gone.splice(0);
    const at = nowMs(this.#run.originNs);
    const isEngine = gone.length > 1 && this.#channels().every(({ open }) => !open);
    const told = isEngine ? [`the container engine hangs, has ended or was restarted: ${gone.length} at once are gone; ${gone[0]}`] : gone;
    for (const message of told) this.sink?.({ type: "error", at, phase: "hold", code: isEngine ? "engine" : "agent", message });
  }

  /** Everybody undoes what they hold and exits. Whoever does not answer is ended with its container. */
  async bye(): Promise<void> {
    this.#ending = true;
    clearInterval(this.#heart);
    await Promise.all(this.#channels().map((channel) => channel.ask({ do: "bye" }, answerDeadlinesMs.bye)));
    for (const channel of this.#channels()) channel.hangUp();
  }
}
