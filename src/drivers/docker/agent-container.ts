// The toolbox containers: one agent beside each component, in its network and pid namespaces, and one per vantage on networks of its own.
// An agent gets what its work needs and no more: the component's own cgroup, the component's own volumes, three capabilities, and what a planned fault needs beyond that.
import { readFile } from "node:fs/promises";
import type { Component, Stack, Vantage } from "../../model/stack.ts";
import { type CgroupPlaces, cgroupOf } from "./cgroup.ts";
import { Channel } from "./channel.ts";
import { type StartedContainer, startContainer } from "./containers.ts";
import { loadPlace } from "../../model/load.ts";
import { PlanefaultError } from "../../model/error.ts";
import { firstWordEnvironment } from "./deadlines.ts";
import { execute } from "./exec.ts";
import { label, labelsOf, resourceName, targetLabel } from "./labels.ts";
import type { Power } from "./powers.ts";
import type { SessionContext } from "./session-context.ts";
import type { ContainerSpec, Mount } from "./target-container.ts";

export interface Agent {
  /** The component or vantage beside which it stands. */
  readonly name: string;
  readonly containerId: string;
  readonly channel: Channel;
}

export const bystanderVolume = (session: string): string => resourceName(session, "bystander");
export const volumeName = (session: string, component: string, volume: string): string => resourceName(session, `${component}-${volume}`);

/** A virtual user costs about a megabyte and a load at a rate has at most 500; a script has as many as it likes, and must not take the machine along. */
const loadMemoryBytes = 2 ** 30;

const routeDeadlineMs = 10_000;
const program = ["/usr/local/bin/node", "/planefault/agent/main.js"];

export async function startAgent(
  context: SessionContext,
  run: string,
  component: Component,
  container: StartedContainer,
  { cgroup, powers, attached = false }: { readonly cgroup: CgroupPlaces; readonly powers: readonly Power[]; readonly attached?: boolean },
): Promise<Agent> {
  const { session } = context.options;
  const volumes = component.volumes.map(({ name }): Mount => ({
    type: "volume",
    source: volumeName(session, component.name, name),
    target: `/volumes/${name}`,
  }));
  return open(context, component.name, {
    ...common(context),
    name: resourceName(session, `${component.name}-agent`),
    labels: { ...labelsOf(session, run, "agent", component.name), ...(attached && { [label.attached]: container.id }) },
    join: container.id,
    mounts: [
      { type: "bind", source: cgroup.disk.folder, target: "/cgroup" },
      ...(powers.includes("cpu") ? [{ type: "bind", source: cgroup.cpu.folder, target: "/cgroup-cpu" } as const] : []),
      ...(powers.includes("memory") ? [{ type: "bind", source: cgroup.memory.folder, target: "/cgroup-memory" } as const] : []),
      ...volumes,
      { type: "volume", source: bystanderVolume(session), target: "/bystander" },
    ],
    // nft and addresses; signals to processes of other users; canary files in volumes that belong to other users; strace on processes with other capabilities.
    capabilities: [
      "NET_ADMIN",
      "KILL",
      ...(volumes.length > 0 ? ["DAC_OVERRIDE"] : []),
      ...(powers.includes("trace") ? ["SYS_PTRACE"] : []),
    ],
  });
}

/** Where canaries start and no change acts: in the container's network, with no capability at all, and among no processes but its own. */
export async function startOnlooker(context: SessionContext, run: string, name: string, containerId: string): Promise<Agent> {
  const { session } = context.options;
  return open(context, name, {
    ...common(context),
    name: resourceName(session, `${name}-onlooker`),
    labels: { ...labelsOf(session, run, "agent", name), [label.attached]: containerId },
    beside: containerId,
    capabilities: [],
  });
}

/** Nobody but a process inside a network namespace changes its links, and the engine ends all processes of a killed agent. So a second agent stands in the namespace, in a container of its own: it has no other place of the component, and pids of its own. */
export async function startStandby(context: SessionContext, run: string, name: string, containerId: string): Promise<Agent> {
  const { session } = context.options;
  return open(context, `${name}-standby`, {
    ...common(context),
    name: resourceName(session, `${name}-standby`),
    labels: labelsOf(session, run, "standby", name),
    beside: containerId,
    capabilities: ["NET_ADMIN"],
  });
}

export async function startVantage(
  context: SessionContext,
  run: string,
  stack: Stack,
  vantage: Vantage,
  networks: NonNullable<ContainerSpec["networks"]>,
  hosts: readonly string[],
): Promise<Agent> {
  const { session } = context.options;
  return open(context, vantage.name, {
    ...common(context),
    name: resourceName(session, vantage.name),
    labels: { ...labelsOf(session, run, "vantage", vantage.name), ...targetLabel(stack) },
    networks,
    hosts,
    capabilities: ["NET_ADMIN", ...(vantage.pings ? ["NET_RAW"] : [])],
  });
}

/** Where a guest looks from: through the vantage that is there, or on networks of its own where that has gone. */
export type GuestPlace = Required<Pick<ContainerSpec, "beside">> | Required<Pick<ContainerSpec, "networks">>;

/** A vantage that looks at somebody else's target for a while. The engine removes it as soon as it has ended. */
export async function startGuest(context: ToolboxContext, visited: string, { name, pings }: Vantage, place: GuestPlace): Promise<Agent> {
  const { session } = context.options;
  return open(context, name, {
    ...common(context),
    ...place,
    name: resourceName(session, name),
    // The only run of a guest is its session.
    labels: { ...labelsOf(session, session, "vantage", name), [label.guest]: visited },
    // Where the network namespace is its own, its default route has to go.
    capabilities: [...("networks" in place ? ["NET_ADMIN"] : []), ...(pings ? ["NET_RAW"] : [])],
    vanishes: true,
  });
}

export interface ToolboxContext extends Pick<SessionContext, "engine"> {
  readonly options: {
    readonly images: Pick<SessionContext["options"]["images"], "toolbox">;
    readonly agentFolder: string;
    readonly session: string;
  };
}

/** k6 looks from the vantage's place: same network namespace, same address, same names. It has processes and processors of its own. */
export async function startLoadPlace(context: SessionContext, run: string, vantage: Agent): Promise<Agent> {
  const { session, images } = context.options;
  if (images.k6 === undefined) throw new Error("a stack with load needs the image with k6");
  return open(context, loadPlace, {
    ...common(context),
    image: images.k6,
    name: resourceName(session, loadPlace),
    labels: labelsOf(session, run, "vantage", loadPlace),
    beside: vantage.containerId,
    memoryBytes: loadMemoryBytes,
    capabilities: [],
  });
}

const common = (context: ToolboxContext) =>
  ({
    image: context.options.images.toolbox,
    command: program,
    environment: firstWordEnvironment,
    folders: [{ source: context.options.agentFolder, target: "/planefault" }],
    attach: true,
  }) as const;

async function open(context: ToolboxContext, name: string, spec: ContainerSpec): Promise<Agent> {
  const container = await startContainer(context.engine, spec);
  if (!container.stream)
    throw new PlanefaultError("agent", `the engine gave no stream to ${spec.name}`, { hint: "is the engine older than API 1.41?" });
  return { name, containerId: container.id, channel: new Channel(`agent ${name}`, context.engine.docker, container.stream) };
}

/** The component's cgroup needs its parent as the engine set it. The engine's host may be another machine: then its pid says nothing here, and the group's name is the engine's custom. */
export async function cgroupPlaces(context: SessionContext, containerId: string, proc = "/proc"): Promise<CgroupPlaces> {
  const { HostConfig: host, State: state } = await context.engine.docker.getContainer(containerId).inspect();
  const seen = await readFile(`${proc}/${state.Pid}/cgroup`, "utf8").catch(() => "");
  return cgroupOf(context.engine, containerId, host.CgroupParent ?? "", seen);
}

/** Engines up to 26 leave a default route in internal networks: packets for addresses that went away would leave by the gateway, where something else may answer. */
export async function dropDefaultRoute(context: ToolboxContext, agent: Agent): Promise<void> {
  await execute(context.engine, agent.containerId, ["ip", "route", "flush", "exact", "default"], routeDeadlineMs);
  const { output } = await execute(context.engine, agent.containerId, ["ip", "route", "show", "exact", "default"], routeDeadlineMs);
  if (output.trim() !== "")
    throw new PlanefaultError("target", `${agent.name} still has the default route "${output.trim()}"`, {
      hint: "report the engine's version",
    });
}
