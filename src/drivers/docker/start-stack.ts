// Brings a whole stack up: networks and volumes, components in parallel, an agent beside each as soon as it runs, vantages meanwhile, then health, leaf cgroups and roles.
import { revealed } from "../../model/hidden.ts";
import type { Addresses } from "../../model/agent-protocol.ts";
import { join } from "node:path";
import type { Digest } from "../../model/digest.ts";
import type { Component, Copy, Stack } from "../../model/stack.ts";
import { PlanefaultError } from "../../model/error.ts";
import { assignAddresses, hostLines } from "./addresses.ts";
import {
  type Agent,
  bystanderVolume,
  cgroupPlaces,
  dropDefaultRoute,
  startAgent,
  startLoadPlace,
  startStandby,
  startVantage,
  volumeName,
} from "./agent-container.ts";
import { loadPlace } from "../../model/load.ts";
import type { AttachedPlaces } from "./attached-digest.ts";
import type { CgroupPlaces } from "./cgroup.ts";
import { type StartedContainer, failUnlessEnding, startContainer, waitHealthy } from "./containers.ts";
import { type Keeper, startKeeper } from "./keeper-container.ts";
import { labelsOf, resourceName, targetLabel } from "./labels.ts";
import { inOrder } from "./start-order.ts";
import { type StackNetwork, createNetworks } from "./networks.ts";
import type { RunIdentity, SessionContext } from "./session-context.ts";

export interface RunningStack {
  readonly stack: Stack;
  readonly addresses: Addresses;
  readonly components: ReadonlyMap<string, RunningComponent>;
  /** Beside each component and each vantage, and where k6 makes load, by name. */
  readonly agents: ReadonlyMap<string, Agent>;
  /** Where a planned change of a link needs one, by the name of its component or vantage. */
  readonly standbys: ReadonlyMap<string, Agent>;
  readonly keeper: Keeper;
  /** Only where the components are somebody else's. */
  readonly attached?: AttachedState;
}

export interface AttachedState {
  readonly places: AttachedPlaces;
  /** Before anything of ours was near. */
  readonly before: Digest;
  /** Components beside which an agent stands that can only send and receive. */
  readonly onlookers: ReadonlySet<string>;
}

export interface RunningComponent {
  readonly component: Component;
  readonly container: StartedContainer;
  readonly cgroup: CgroupPlaces;
}

/** `enter` is asked between steps and throws once the session is being closed. */
export async function startStack(
  context: SessionContext,
  { id: run, powers = {} }: RunIdentity,
  stack: Stack,
  progress: (step: string) => void,
  enter: () => void,
): Promise<RunningStack> {
  const { session } = context.options;
  progress(`creating ${stack.networks.length} networks`);
  const networks = await createNetworks(context.engine, session, run, stack.networks);
  await createVolumes(context, run, stack);
  const addresses = assignAddresses(stack, Object.fromEntries([...networks.values()].map((network) => [network.name, network.subnet])));
  enter();
  progress(`starting ${stack.components.length} components and ${stack.vantages.length} vantages`);
  const components = new Map<string, RunningComponent>();
  const agents = new Map<string, Agent>();
  const standbys = new Map<string, Agent>();
  const standBy = async (name: string, containerId: string): Promise<void> => {
    if (powers[name]?.includes("standby")) standbys.set(name, await startStandby(context, run, name, containerId));
  };
  const keeping = startKeeper(context, run);
  const order = inOrder(stack.components, {
    run: async (component) => {
      enter();
      const container = await startContainer(context.engine, componentSpec(context, run, stack, component, networks, addresses));
      const cgroup = await cgroupPlaces(context, container.id);
      components.set(component.name, { component, container, cgroup });
      try {
        const agent = await startAgent(context, run, component, container, { cgroup, powers: powers[component.name] ?? [] });
        await dropDefaultRoute(context, agent);
        agents.set(component.name, agent);
        await standBy(component.name, container.id);
      } catch (error) {
        // No agent can join a component that has died, or act beside it, and that death is the news.
        await failUnlessEnding(context.engine, container, error);
      }
    },
    healthy: async ({ name, healthcheck }) => {
      const running = components.get(name);
      if (running) await waitHealthy(context.engine, running.container, healthcheck);
    },
  });
  const all = [
    ...stack.components.map((component) => order.started(component)),
    ...stack.vantages.map(async (vantage) => {
      const agent = await startVantage(
        context,
        run,
        stack,
        vantage,
        attachments(vantage, networks, addresses),
        hostLines(stack, vantage, addresses),
      );
      await dropDefaultRoute(context, agent);
      agents.set(vantage.name, agent);
      await standBy(vantage.name, agent.containerId);
      if (stack.load === vantage.name) agents.set(loadPlace, await startLoadPlace(context, run, agent));
    }),
    keeping,
  ];
  // All of them end before an error is reported, so that nothing is created behind the back of the removal that follows.
  const failed = (await Promise.allSettled(all)).find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  enter();
  progress("waiting for every component to be healthy");
  await Promise.all(stack.components.map((component) => order.healthy(component)));
  enter();
  return { stack, addresses, components, agents, standbys, keeper: await keeping };
}

function componentSpec(
  context: SessionContext,
  run: string,
  stack: Stack,
  component: Component,
  networks: ReadonlyMap<string, StackNetwork>,
  addresses: Addresses,
) {
  const { session, images } = context.options;
  if (component.build === undefined) throw new Error(`${component.name} has nothing from which it could be started`);
  const { entrypoint, user, workingFolder, hostname, copies = [] } = component.composed ?? {};
  const copied = (kind: Copy["kind"]) =>
    copies.filter((copy) => copy.kind === kind).map(({ source, path }) => ({ source: join(stack.folder, source), target: path }));
  return {
    entrypoint,
    user,
    workingFolder,
    hostname,
    folders: copied("folder"),
    copiedFiles: copied("file"),
    name: resourceName(session, component.name),
    image: images.of(component.build),
    labels: { ...labelsOf(session, run, "component", component.name), ...targetLabel(stack) },
    command: component.command,
    environment: { ...revealed(component.environment), PLANEFAULT_COMPONENT: component.name, PLANEFAULT_INDEX: String(component.index) },
    networks: attachments(component, networks, addresses),
    hosts: hostLines(stack, component, addresses),
    mounts: component.volumes.map(({ name, path }) => ({
      type: "volume" as const,
      source: volumeName(session, component.name, name),
      target: path,
    })),
    capabilities: component.capabilities,
    files: [{ content: `${context.key.publicKey}\n`, target: "/etc/planefault/authorized_keys" }],
  };
}

function attachments(
  member: { readonly name: string; readonly networks: readonly string[] },
  networks: ReadonlyMap<string, StackNetwork>,
  addresses: Addresses,
) {
  return member.networks.map((name) => {
    const network = networks.get(name);
    const address = addresses[member.name]?.[name];
    if (!network || address === undefined)
      throw new PlanefaultError("target", `${member.name} is on network ${name}, which the target does not have`, {
        hint: "declare it under networks",
      });
    return { id: network.id, name: network.fullName, address };
  });
}

export async function createVolumes(context: SessionContext, run: string, stack: Stack): Promise<void> {
  const { session } = context.options;
  const names = [
    ...stack.components.flatMap((component) => component.volumes.map(({ name }) => volumeName(session, component.name, name))),
    bystanderVolume(session),
  ];
  await Promise.all(
    names.map((name) => context.engine.docker.createVolume({ Name: name, Labels: labelsOf(session, run, "volume", name) })),
  );
}
