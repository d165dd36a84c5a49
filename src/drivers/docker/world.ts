// The World port for Docker: one run's view of a session. Each call is one conversation with the agents beside the places concerned.
import type { Digest } from "../../model/digest.ts";
import type { ArmedChange } from "../../model/identity.ts";
import { leaseAheadMs } from "../../model/op.ts";
import type { Plan } from "../../model/plan.ts";
import type { JournalRecord } from "../../model/record.ts";
import type { Stack } from "../../model/stack.ts";
import type { Answer, World } from "../../model/world.ts";
import { PlanefaultError } from "../../model/error.ts";
import type { Agent } from "./agent-container.ts";
import { bindPlan } from "./bind-plan.ts";
import type { Heard } from "./channel.ts";
import { answerDeadlinesMs } from "./deadlines.ts";
import { nowMs } from "./greet.ts";
import type { LiveStack } from "./live-stack.ts";
import { logsOf } from "./logs.ts";
import { startObserving } from "./observe.ts";
import { whyNoShot } from "./place-check.ts";
import type { RunIdentity } from "./session-context.ts";
import type { Session } from "./session.ts";

const logLines = 2_000;

export class DockerWorld implements World {
  readonly kind = "docker";
  readonly #session: Session;
  readonly #run: RunIdentity;
  #live: LiveStack | undefined;
  #plan: Plan | undefined;
  #armed: readonly ArmedChange[] = [];

  constructor(session: Session, run: RunIdentity) {
    this.#session = session;
    this.#run = run;
  }

  async start(stack: Stack, progress: (step: string) => void, signal?: AbortSignal): Promise<void> {
    this.#live = await this.#session.start(this.#run, stack, progress, signal);
  }

  async digest(): Promise<Digest> {
    return await this.#need().digest();
  }

  async arm(plan: Plan): Promise<readonly ArmedChange[]> {
    const { running } = this.#need();
    this.#plan = plan;
    this.#armed = await bindPlan(this.#session.context, running, plan);
    const table = `planefault_${this.#run.id.replaceAll(/[^A-Za-z0-9]/gu, "_")}`;
    for (const armed of this.#armed) {
      const processes = running.components.get(armed.at.component)?.component.processes ?? [];
      await this.#agentAt(armed).channel.demand({ do: "arm", armed, table, processes }, answerDeadlinesMs.arm);
    }
    return this.#armed;
  }

  async observe(sink: (record: JournalRecord) => void): Promise<void> {
    const live = this.#need();
    if (!this.#plan)
      throw new PlanefaultError("agent", "observing comes after arming", { hint: "see the order of calls in model/world.ts" });
    live.sink = sink;
    await startObserving(this.#session.context, live.running, this.#plan, this.#armed, this.#run.seed ?? 1);
  }

  async lease(change: string): Promise<void> {
    const armed = this.#find(change);
    const forMs = armed.change.leaseMs + leaseAheadMs;
    const standby = this.#standbyOf(change);
    if (standby) this.#need().openLinks.add(change);
    await Promise.all([
      this.#need().running.keeper.lease(armed, forMs),
      standby?.channel.demand({ do: "hold", armed, forMs }, answerDeadlinesMs.keeper),
    ]);
  }

  async fire(change: string, atMs: number): Promise<Answer> {
    const waitMs = Math.max(0, atMs - nowMs(this.#run.originNs));
    const armed = this.#find(change);
    const refusal = whyNoShot(this.#need().running, armed.at);
    if (refusal !== undefined) return { answer: "refused", detail: refusal };
    // Before the shot, since one whose answer is lost may have hit.
    this.#need().shot(armed.change);
    return answerOf(await this.#agentAt(armed).channel.ask({ do: "fire", change, atMs }, waitMs + answerDeadlinesMs.act));
  }

  async undo(change: string): Promise<Answer> {
    const agent = this.#agentAt(this.#find(change));
    const { channel } = agent.channel.open ? agent : (this.#standbyOf(change) ?? agent);
    const answer = answerOf(await channel.ask({ do: "undo", change }, answerDeadlinesMs.act));
    if (answer.answer === "done") this.#need().openLinks.delete(change);
    return answer;
  }

  async release(change: string): Promise<void> {
    await Promise.all([
      this.#need().running.keeper.release(change),
      this.#standbyOf(change)?.channel.demand({ do: "release", change }, answerDeadlinesMs.keeper),
    ]);
  }

  async stopObserving(): Promise<void> {
    const deadlines = [...(this.#plan?.probes ?? []), ...(this.#plan?.signals ?? [])].map(({ deadlineMs }) => deadlineMs);
    await this.#all("quiet", Math.max(0, ...deadlines) + answerDeadlinesMs.quiet);
    if (this.#live) this.#live.sink = undefined;
  }

  async disarm(): Promise<void> {
    await this.#all("disarm", answerDeadlinesMs.disarm);
    this.#armed = [];
  }

  async logs(): Promise<Readonly<Record<string, string>>> {
    // What somebody else's containers say may hold secrets of which planefault was never told.
    const components = this.#live?.running.attached ? [] : [...(this.#live?.running.components.values() ?? [])];
    const said = this.#live?.said.join("") ?? "";
    const own = components.map(
      async ({ component, container }) => [component.name, await logsOf(this.#session.context.engine, container.id, logLines)] as const,
    );
    return Object.fromEntries([...(await Promise.all(own)), ...(said === "" ? [] : [["planefault", said] as const])]);
  }

  async stop(): Promise<void> {
    this.#live = undefined;
    await this.#session.endRun();
  }

  /** Everybody is told before the first refusal is reported. */
  async #all(what: "quiet" | "disarm", deadlineMs: number): Promise<void> {
    const heard = await Promise.all(
      (this.#live?.agents ?? []).map(async ({ name, channel }) => ({ name, heard: await channel.ask({ do: what }, deadlineMs) })),
    );
    const failed = heard.flatMap(({ name, heard: one }) =>
      one.heard === "value" ? [] : [`${name}: ${one.heard === "lost" ? one.detail : one.error}`],
    );
    if (failed.length > 0)
      throw new PlanefaultError(what === "disarm" ? "leak" : "agent", `not every agent could ${what}: ${failed.join("; ")}`, {
        hint: "planefault cleanup removes agents and target",
      });
  }

  #find(change: string): ArmedChange {
    const found = this.#armed.find((armed) => armed.change.id === change);
    if (!found)
      throw new PlanefaultError("wrong-shot", `${change} was never armed`, { hint: "no shot at anything that was not bound at arm time" });
    return found;
  }

  #agentAt({ at }: ArmedChange): Agent {
    const agent = this.#need().running.agents.get(at.component);
    if (!agent)
      throw new PlanefaultError("wrong-shot", `there is no agent beside ${at.component}`, {
        hint: "the target was started anew after arming",
      });
    return agent;
  }

  /** Only where what is armed is a change of a link. */
  #standbyOf(change: string): Agent | undefined {
    const at = this.#armed.find((armed) => armed.change.id === change)?.at;
    return at?.link && this.#need().running.standbys.get(at.component);
  }

  #need(): LiveStack {
    if (!this.#live)
      throw new PlanefaultError("target", "the target has not been started", { hint: "see the order of calls in model/world.ts" });
    return this.#live;
  }
}

function answerOf(heard: Heard): Answer {
  if (heard.heard === "lost") return { answer: "lost", detail: heard.detail };
  if (heard.heard === "refused") return { answer: "refused", detail: heard.error };
  const { value } = heard;
  if (typeof value === "object" && value !== null && "doneAt" in value && typeof value.doneAt === "number")
    return { answer: "done", doneAt: value.doneAt };
  return { answer: "lost", detail: `an answer without its time: ${JSON.stringify(value)}` };
}
