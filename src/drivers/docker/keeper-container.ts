// The keeper's container: one per session, outside every component's fate. It sees the host's processes and cgroups, since those are what it must be able to restore; it has no network and no engine socket.
import * as z from "zod";
import type { ArmedChange } from "../../model/identity.ts";
import { PlanefaultError } from "../../model/error.ts";
import { cgroupMount } from "./cgroup.ts";
import { Channel } from "./channel.ts";
import { startContainer } from "./containers.ts";
import { answerDeadlinesMs, firstWordEnvironment } from "./deadlines.ts";
import { type Engine, poll } from "./engine.ts";
import { silenceMs } from "./greet.ts";
import { label, labelsOf, resourceName } from "./labels.ts";
import type { SessionContext } from "./session-context.ts";

/** The keeper tries for about 4 s before it gives up for now. */
const endDeadlineMs = 8_000;
const endPollMs = 50;
const Welcome = z.object({ open: z.int() });

export class Keeper {
  readonly containerId: string;
  readonly channel: Channel;

  constructor(containerId: string, channel: Channel) {
    this.containerId = containerId;
    this.channel = channel;
  }

  /** Resolves to the number of leases that are open. */
  async greet(): Promise<number> {
    return Welcome.parse(await this.channel.demand({ do: "hello", silenceMs }, answerDeadlinesMs.keeper)).open;
  }

  /** Resolves when the undo is on the keeper's disk. */
  async lease(armed: ArmedChange, forMs: number): Promise<void> {
    await this.channel.demand({ do: "lease", armed, forMs }, answerDeadlinesMs.keeper);
  }

  async release(change: string): Promise<void> {
    await this.channel.demand({ do: "release", change }, answerDeadlinesMs.keeper);
  }
}

/** `attached`: of somebody else's containers, which are not removed with what it may hold of them. */
export async function startKeeper(context: SessionContext, run: string, { attached = false } = {}): Promise<Keeper> {
  const { session, images, agentFolder } = context.options;
  const ledger = resourceName(session, "ledger");
  await context.engine.docker.createVolume({ Name: ledger, Labels: labelsOf(session, run, "volume", "ledger") });
  const container = await startContainer(context.engine, {
    name: resourceName(session, "keeper"),
    image: images.toolbox,
    labels: { ...labelsOf(session, run, "keeper", "keeper"), ...(attached && { [label.attached]: "keeper" }) },
    command: ["/usr/local/bin/node", "/planefault/keeper/main.js"],
    environment: firstWordEnvironment,
    folders: [{ source: agentFolder, target: "/planefault" }],
    mounts: [
      { type: "bind", source: cgroupMount, target: "/cgroup" },
      { type: "volume", source: ledger, target: "/ledger" },
    ],
    capabilities: ["KILL"],
    keeper: true,
    attach: true,
  });
  if (!container.stream)
    throw new PlanefaultError("agent", "the engine gave no stream to the keeper", { hint: "is the engine older than API 1.41?" });
  return new Keeper(container.id, new Channel("keeper", context.engine.docker, container.stream));
}

/** After `bye`: whether it has ended having undone all that was leased. It exits 0 then only, so one that was killed, is stuck or was started again has proved nothing. */
export async function hasUndoneAll({ docker }: Engine, { containerId }: Keeper): Promise<boolean> {
  const ended = poll(
    endDeadlineMs,
    endPollMs,
    async () => {
      const { RestartCount: restarts, State: state } = await docker.getContainer(containerId).inspect();
      if (restarts > 0) return false;
      return state.Running ? undefined : state.ExitCode === 0;
    },
    async () => new PlanefaultError("deadline", `waited ${endDeadlineMs} ms for the keeper to end`, { hint: "planefault cleanup" }),
  );
  return await ended.catch(() => false);
}
