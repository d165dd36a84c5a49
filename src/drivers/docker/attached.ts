// Containers that run already and belong to somebody else: found by their labels, by reads only. What they stand for now, and what of it is not as the target file says.
import type Dockerode from "dockerode";
import type { Attach, Component, Labels, Stack } from "../../model/stack.ts";
import { own } from "../../model/own.ts";
import { learnt } from "./engine.ts";
import { label } from "./labels.ts";
import type { Member } from "./running-targets.ts";

interface AttachedNetwork {
  readonly id: string;
  /** In the engine. */
  readonly fullName: string;
}

export interface AttachedMember extends Member {
  /** Of the container in the engine. */
  readonly containerName: string;
  readonly networkMode: string;
  /** It is planefault's own after all. */
  readonly isOurs: boolean;
}

export interface AttachedView {
  /** By component; whoever is not there is left out. */
  readonly members: ReadonlyMap<string, AttachedMember>;
  /** By the target's name of it. */
  readonly networks: ReadonlyMap<string, AttachedNetwork>;
  /** Sentences: what differs from the target file. */
  readonly amiss: readonly string[];
}

const deadlineMs = 10_000;
/** `docker compose run` gives its containers the labels of the service, but they serve nobody. */
const oneOff = "com.docker.compose.oneoff";
const number = "com.docker.compose.container-number";

export type Lister = Pick<Dockerode, "listContainers" | "listNetworks">;

export async function findAttached(docker: Lister, stack: Stack, attach: Attach): Promise<AttachedView> {
  const amiss: string[] = [];
  const networks = new Map<string, AttachedNetwork>();
  for (const name of stack.networks) {
    const found = await networksOf(docker, attach, name);
    const [only] = found;
    if (only && found.length === 1) networks.set(name, only);
    else
      amiss.push(`of ${attach.what} ${found.length === 0 ? `no network ${name} is there` : `${found.length} networks are called ${name}`}`);
  }
  const members = new Map<string, AttachedMember>();
  for (const [service, labels] of Object.entries(attach.services)) {
    const declared = stack.components.filter((component) => component.service === service);
    const found = await containersOf(docker, service, labels);
    if (found.length !== declared.length) amiss.push(countWords(service, labels, found.length, declared.length));
    for (const [index, component] of declared.entries()) {
      const container = found[index];
      if (!container) continue;
      const member = memberOf(component, container, networks);
      members.set(component.name, member);
      amiss.push(...complaints(component, member, networks));
    }
  }
  return { members, networks, amiss };
}

async function networksOf(docker: Lister, attach: Attach, name: string): Promise<readonly AttachedNetwork[]> {
  const wanted = own(attach.networks, name);
  if (!wanted) return [];
  const filters = "name" in wanted ? { name: [wanted.name] } : { label: asFilter(wanted.labels) };
  const found = await learnt(deadlineMs, `the network ${name}`, docker.listNetworks({ filters }));
  // The engine's filter takes a part of a name.
  return found.filter((one) => !("name" in wanted) || one.Name === wanted.name).map((one) => ({ id: one.Id, fullName: one.Name }));
}

async function containersOf(docker: Lister, service: string, labels: Labels): Promise<readonly Dockerode.ContainerInfo[]> {
  const found = await learnt(
    deadlineMs,
    `the containers of ${service}`,
    docker.listContainers({ all: true, filters: { label: asFilter(labels) } }),
  );
  return found
    .filter((one) => one.Labels[oneOff]?.toLowerCase() !== "true")
    .toSorted((one, other) => order(one) - order(other) || (nameOf(one) < nameOf(other) ? -1 : 1));
}

const order = (one: Dockerode.ContainerInfo): number => Number(one.Labels[number] ?? 0);
const asFilter = (labels: Labels): string[] => Object.entries(labels).map(([name, value]) => `${name}=${value}`);
const nameOf = ({ Names: names, Id: id }: Dockerode.ContainerInfo): string => names[0]?.replace(/^\//u, "") ?? id;

function memberOf(
  { name, networks: declared }: Component,
  one: Dockerode.ContainerInfo,
  networks: ReadonlyMap<string, AttachedNetwork>,
): AttachedMember {
  const joined = Object.values(one.NetworkSettings?.Networks ?? {});
  const addresses = declared.flatMap((network) => {
    const id = networks.get(network)?.id;
    const address = joined.find((endpoint) => endpoint.NetworkID === id)?.IPAddress;
    return id === undefined || address === undefined || address === "" ? [] : [[network, address] as const];
  });
  return {
    name,
    id: one.Id,
    state: one.State,
    addresses: Object.fromEntries(addresses),
    containerName: nameOf(one),
    networkMode: one.HostConfig?.NetworkMode ?? "",
    isOurs: one.Labels[label.session] !== undefined,
  };
}

function complaints(
  { name, networks: declared }: Component,
  { state, addresses, containerName, isOurs }: AttachedMember,
  networks: ReadonlyMap<string, AttachedNetwork>,
): readonly string[] {
  if (isOurs) return [`${name} is ${containerName}, which planefault itself started`];
  if (state !== "running") return [`${name} does not run: its container ${containerName} is ${state}`];
  return declared
    .filter((network) => networks.has(network) && addresses[network] === undefined)
    .map((network) => `${name} (${containerName}) has no address on network ${network}`);
}

const countWords = (service: string, labels: Labels, found: number, declared: number): string =>
  found === 0
    ? `there is no container of ${service}: none has the labels ${asFilter(labels).join(", ")}`
    : `${service} has ${found === 1 ? "1 container" : `${found} containers`}, and the target file says ${declared}: see deploy.replicas`;
