// Arming, part one: turns the places of each change into identities by reads only, and refuses whatever is not safely ours: the host's network namespace, another container's, a root cgroup.
import * as z from "zod";
import type { ArmedChange, Identity } from "../../model/identity.ts";
import { LimitIdentity, LinkIdentity, MemoryIdentity, QuotaIdentity } from "../../model/identity.ts";
import type { Op, Place } from "../../model/op.ts";
import type { Plan } from "../../model/plan.ts";
import { PlanefaultError } from "../../model/error.ts";
import { answerDeadlinesMs } from "./deadlines.ts";
import { findHostPid } from "./host-pid.ts";
import { type HostView, lookFromHost, refuseElsewhere, refuseNotAllowed } from "./place-check.ts";
import type { SessionContext } from "./session-context.ts";
import type { RunningStack } from "./start-stack.ts";

const Process = z.object({ name: z.string(), pid: z.int(), startTicks: z.string() });
const Bound = z.object({
  netns: z.string(),
  process: Process.optional(),
  first: z.boolean().optional(),
  limit: LimitIdentity.optional(),
  link: LinkIdentity.optional(),
  quota: QuotaIdentity.optional(),
  memory: MemoryIdentity.optional(),
});

/** `look` asks engine and host of this machine. */
export async function bindPlan(
  context: SessionContext,
  running: RunningStack,
  plan: Plan,
  look: (containerId: string) => Promise<HostView> = (containerId) => lookFromHost(context.engine, containerId),
): Promise<readonly ArmedChange[]> {
  const armed = await Promise.all(
    plan.changes.map(async (change): Promise<ArmedChange> => {
      const at = await bindPlace(context, running, change.apply.at, change.apply, look);
      const elsewhere = (place: Place) => bindPlace(context, running, place, undefined, look);
      const { apply } = change;
      if (apply.op === "packets.disturb") return { change, at, peers: await Promise.all(apply.to.map(elsewhere)) };
      return apply.op === "packets.block" ? { change, at, peer: await elsewhere(apply.traffic.from) } : { change, at };
    }),
  );
  refuseShared(armed);
  return armed;
}

/** `op` undefined: only where it is matters, as for a peer. */
async function bindPlace(
  context: SessionContext,
  running: RunningStack,
  place: Place,
  op: Op | undefined,
  look: (containerId: string) => Promise<HostView>,
): Promise<Identity> {
  if (op !== undefined) refuseNotAllowed(running.stack, place.component);
  const agent = running.agents.get(place.component);
  if (!agent)
    throw new PlanefaultError("wrong-shot", `planefault has no agent beside ${place.component}`, {
      hint: "only components and vantages of the target can be hit, and of a target that is attached only those for which it was attached",
    });
  const component = running.components.get(place.component);
  const network = op !== undefined && "network" in op ? op.network : undefined;
  const addresses = running.addresses[place.component] ?? {};
  const quota = op?.op === "cpu.limit";
  const memory = op?.op === "memory.limit";
  const bound = Bound.parse(
    await agent.channel.demand(
      {
        do: "bind",
        processes: component?.component.processes ?? [],
        process: place.process,
        volume: op?.op === "disk.limit" ? op.volume : undefined,
        quota,
        memory,
        whole: running.attached !== undefined,
        path: component?.cgroup[quota ? "cpu" : memory ? "memory" : "disk"].path ?? "",
        address: network === undefined ? undefined : addresses[network],
      },
      answerDeadlinesMs.bind,
    ),
  );
  const containerId = component?.container.id ?? agent.containerId;
  refuseElsewhere(place.component, bound.netns, await look(containerId));
  const { cgroup } = bound.limit ?? bound.quota ?? bound.memory ?? {};
  if (cgroup !== undefined && !cgroup.includes(containerId))
    throw new PlanefaultError("wrong-shot", `the cgroup of ${place.component} is "${cgroup}", which is not its container's`, {
      hint: "its cgroup parent is unusual: report the engine's cgroup driver",
    });
  if (bound.first === true && (op?.op === "process.kill" || op?.op === "process.restart"))
    throw firstProcess(place.component, bound.process?.name ?? "it");
  if (bound.process?.pid === 1 && op?.op === "process.stop") throw unstoppable(place.component, bound.process.name);
  const wanted = op !== undefined && op.op !== "packets.block" && !memory && network === undefined ? bound.process : undefined;
  const hostPid = (container: string, process: z.output<typeof Process>): Promise<number> =>
    findHostPid(context.engine, running.keeper.containerId, container, process);
  return {
    component: place.component,
    containerId,
    netns: bound.netns,
    addresses: { ...addresses },
    ...(wanted ? { process: { ...wanted, hostPid: await hostPid(containerId, wanted) } } : {}),
    ...(bound.limit ? { limit: bound.limit } : {}),
    ...(bound.link ? { link: bound.link } : {}),
    ...(bound.quota ? { quota: bound.quota } : {}),
    ...(bound.memory ? { memory: bound.memory } : {}),
  };
}

/** The engine ends a container with the process that it runs, also where it put an init before it, and with it our agent, its network namespace and every other fault in it. */
function firstProcess(component: string, process: string): PlanefaultError {
  return new PlanefaultError("wrong-shot", `${process} is the first process of ${component}: its end would be the end of the container`, {
    hint: `run it under a supervisor inside the component, such as runit's runsv (see targets/echo/server): a container that the engine restarts gets a new network, which no fault can follow`,
  });
}

/** Only components that planefault did not start can be like that: to the others it gives an init. */
function unstoppable(component: string, process: string): PlanefaultError {
  return new PlanefaultError(
    "wrong-shot",
    `${process} is process 1 of ${component}, and the kernel lets nobody inside a container stop its process 1`,
    { hint: "`init: true` in the Compose file puts an init before it; net.partition cuts it off without a signal" },
  );
}

function refuseShared(armed: readonly ArmedChange[]): void {
  const owners = new Map<string, string>();
  for (const identity of armed.flatMap(({ at, peer, peers = [] }) => [at, ...(peer ? [peer] : peers)])) {
    const owner = owners.get(identity.netns) ?? identity.containerId;
    if (owner !== identity.containerId)
      throw new PlanefaultError("wrong-shot", `${identity.component} shares its network namespace with another container`, {
        hint: "one of them would be hit unasked",
      });
    owners.set(identity.netns, owner);
  }
}
