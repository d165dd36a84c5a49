// Attaches to a stack that runs already: vantages join its networks, agents stand only where the plan acts or looks, and nothing of it is started, stopped, split or given other routes.
import type { Attach, Component, Stack } from "../../model/stack.ts";
import { PlanefaultError } from "../../model/error.ts";
import { loadPlace } from "../../model/load.ts";
import { hostLines } from "./addresses.ts";
import {
  type Agent,
  cgroupPlaces,
  dropDefaultRoute,
  startAgent,
  startLoadPlace,
  startOnlooker,
  startStandby,
  startVantage,
} from "./agent-container.ts";
import { attachedDigest, type AttachedPlaces } from "./attached-digest.ts";
import { type AttachedMember, type AttachedView, findAttached } from "./attached.ts";
import { within } from "./engine.ts";
import type { Entered } from "./entered.ts";
import { startKeeper } from "./keeper-container.ts";
import { refuseNotAllowed } from "./place-check.ts";
import type { RunIdentity, SessionContext } from "./session-context.ts";
import { createVolumes, type RunningComponent, type RunningStack } from "./start-stack.ts";

const deadlineMs = 10_000;
const nobody: Entered = { acts: [], looks: [] };

export async function attachStack(
  context: SessionContext,
  { id: run, powers = {}, entered = nobody }: RunIdentity,
  stack: Stack,
  attach: Attach,
  progress: (step: string) => void,
  enter: () => void,
): Promise<RunningStack> {
  const { engine } = context;
  progress(`looking for ${attach.what}`);
  const view = await findAttached(engine.docker, stack, attach);
  if (view.amiss.length > 0)
    throw new PlanefaultError("target", `cannot attach to ${attach.what}: ${view.amiss.join("; ")}`, {
      hint: "planefault starts none of it: is it up, and is the target file still right?",
    });
  const isComponent = (name: string): boolean => view.members.has(name);
  for (const name of entered.acts) refuseNotAllowed(stack, name);
  for (const name of [...entered.acts, ...entered.looks].filter(isComponent)) await refuseUnfit(context, view, name);
  const places = placesOf(view);
  const before = await attachedDigest(engine, places);
  enter();
  progress(`attaching to ${view.members.size} containers, of which ${words(entered.acts.filter(isComponent))} may be hit`);
  await createVolumes(context, run, stack);
  const components = new Map<string, RunningComponent>();
  const agents = new Map<string, Agent>();
  const standbys = new Map<string, Agent>();
  const addresses: Record<string, Record<string, string>> = {};
  for (const { name, addresses: own } of view.members.values()) addresses[name] = { ...own };
  const besides = stack.components.map(async (component) => {
    const member = memberOf(view, component);
    const container = { id: member.id, name: member.containerName, stream: undefined };
    const cgroup = await cgroupPlaces(context, member.id);
    components.set(component.name, { component, container, cgroup });
    if (entered.acts.includes(component.name))
      agents.set(
        component.name,
        await startAgent(context, run, component, container, { cgroup, powers: powers[component.name] ?? [], attached: true }),
      );
    else if (entered.looks.includes(component.name))
      agents.set(component.name, await startOnlooker(context, run, component.name, member.id));
  });
  const vantages = stack.vantages.map(async (vantage) => {
    const networks = vantage.networks.flatMap((name) => {
      const found = view.networks.get(name);
      return found ? [{ id: found.id, name: found.fullName }] : [];
    });
    const agent = await startVantage(context, run, stack, vantage, networks, hostLines({ ...stack, vantages: [] }, vantage, addresses));
    addresses[vantage.name] = await addressesOf(context, agent, view);
    await dropDefaultRoute(context, agent);
    agents.set(vantage.name, agent);
    if (powers[vantage.name]?.includes("standby"))
      standbys.set(vantage.name, await startStandby(context, run, vantage.name, agent.containerId));
    if (stack.load === vantage.name) agents.set(loadPlace, await startLoadPlace(context, run, agent));
  });
  const keeping = startKeeper(context, run, { attached: true });
  // All of them end before an error is reported, so that nothing is created behind the back of the removal that follows.
  const failed = (await Promise.allSettled([...besides, ...vantages, keeping])).find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  enter();
  return {
    stack,
    addresses,
    components,
    agents,
    standbys,
    keeper: await keeping,
    attached: { places, before, onlookers: new Set(entered.looks.filter(isComponent)) },
  };
}

const words = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));

function memberOf({ members }: AttachedView, { name }: Component): AttachedMember {
  const member = members.get(name);
  if (!member) throw new PlanefaultError("target", `there is no container of ${name}`);
  return member;
}

const placesOf = ({ members, networks }: AttachedView): AttachedPlaces => ({
  containers: new Map([...members].map(([name, { id }]) => [name, id])),
  networks: new Map([...networks].map(([name, { id }]) => [name, id])),
});

/** An agent joins two namespaces of a container: neither may be the host's, or anybody else's too. */
async function refuseUnfit({ engine }: SessionContext, view: AttachedView, name: string): Promise<void> {
  const { id, containerName, networkMode } = view.members.get(name) ?? { id: "", containerName: name, networkMode: "" };
  const refuse = (why: string, hint: string): never => {
    throw new PlanefaultError("wrong-shot", `${name} (${containerName}) ${why}`, { hint });
  };
  if (networkMode === "host") refuse("is in the host's own network namespace", "a container with network_mode: host cannot be hit");
  if (networkMode.startsWith("container:")) refuse("shares the network of another container", "one of them would be hit unasked");
  const { HostConfig: host } = await within(deadlineMs, `the state of ${name}`, engine.docker.getContainer(id).inspect());
  if ((host.PidMode ?? "") !== "") refuse(`has the process namespace of ${host.PidMode}`, "a process there may be anybody's");
  const running = await within(deadlineMs, "the engine's list of containers", engine.docker.listContainers());
  const sharer = running.find((one) => one.HostConfig?.NetworkMode === `container:${id}`);
  if (sharer)
    refuse(
      `shares its network with ${sharer.Names[0]?.replace(/^\//u, "") ?? sharer.Id}`,
      "that one would be hit unasked; what an earlier planefault left is taken away by `planefault cleanup`",
    );
}

/** The engine chose them: on networks that are not ours it lets nobody choose. */
async function addressesOf({ engine }: SessionContext, agent: Agent, { networks }: AttachedView): Promise<Record<string, string>> {
  const { NetworkSettings: settings } = await within(
    deadlineMs,
    `the addresses of ${agent.name}`,
    engine.docker.getContainer(agent.containerId).inspect(),
  );
  const joined = Object.values(settings.Networks);
  return Object.fromEntries(
    [...networks].flatMap(([name, { id }]) => {
      const address = joined.find((one) => one.NetworkID === id)?.IPAddress;
      return address === undefined || address === "" ? [] : [[name, address] as const];
    }),
  );
}
