// Which subnet, which address and which names every member of a stack gets: pure, so that it is tested without an engine.
import { PlanefaultError } from "../../model/error.ts";
import type { Stack } from "../../model/stack.ts";

/** An IPv4 range as [first, last], both inclusive. */
export type Range = readonly [number, number];

export interface Member {
  readonly name: string;
  readonly networks: readonly string[];
}

const membersOf = (stack: Stack): readonly Member[] => [...stack.components, ...stack.vantages];

export function parseSubnet(cidr: string): Range | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/u.exec(cidr);
  if (!match) return undefined;
  const bits = match.slice(1, 5).reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(match[5]));
  const first = Math.floor(bits / size) * size;
  return [first, first + size - 1];
}

/** `count` subnets of 256 addresses in 10.64.0.0/10 that overlap none of the taken ranges; the search starts at a place of the session's own, since several harnesses may choose at once. */
export function freeSubnets(count: number, taken: readonly Range[], session: string): readonly string[] {
  const candidates = 64 * 256;
  const start = Array.from(session).reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % candidates, 7);
  const found: string[] = [];
  for (let step = 0; step < candidates && found.length < count; step += 1) {
    const index = (start + step) % candidates;
    const subnet = `10.${64 + Math.floor(index / 256)}.${index % 256}.0/24`;
    const range = parseSubnet(subnet);
    if (range && !taken.some(([first, last]) => first <= range[1] && range[0] <= last)) found.push(subnet);
  }
  if (found.length < count)
    throw new PlanefaultError("engine", `no ${count} free subnets in 10.64.0.0/10`, {
      hint: "planefault cleanup removes what earlier runs left",
    });
  return found;
}

/** member -> network -> address: .10 upwards in the target's order. */
export function assignAddresses(stack: Stack, subnets: Readonly<Record<string, string>>): Record<string, Record<string, string>> {
  const next = new Map(stack.networks.map((network) => [network, 10]));
  const addresses: Record<string, Record<string, string>> = {};
  for (const member of membersOf(stack)) {
    const own: Record<string, string> = {};
    for (const network of member.networks) {
      const subnet = subnets[network];
      const host = next.get(network);
      if (subnet === undefined || host === undefined || host > 250)
        throw new PlanefaultError("target", `${member.name} cannot be given an address on network ${network}`, {
          hint: "a network holds at most 240 members",
        });
      own[network] = `${subnet.slice(0, subnet.lastIndexOf("."))}.${host}`;
      next.set(network, host + 1);
    }
    addresses[member.name] = own;
  }
  return addresses;
}

/** Lines "name:address" for /etc/hosts of one member: name.network for all that share the network, the plain name (and a single replica's service) on the first shared network; names from a Compose file, its services' own among them, for every replica that has them. */
export function hostLines(
  stack: Stack,
  of: Member,
  addresses: Readonly<Record<string, Readonly<Record<string, string>>>>,
): readonly string[] {
  const lines: string[] = [];
  for (const other of membersOf(stack)) {
    const shared = stack.networks.filter((network) => of.networks.includes(network) && other.networks.includes(network));
    for (const network of shared) lines.push(`${other.name}.${network}:${addresses[other.name]?.[network]}`);
    const first = shared[0];
    if (first === undefined) continue;
    const names = new Set([other.name]);
    const service = stack.components.find((component) => component.name === other.name)?.service;
    if (service !== undefined && stack.components.filter((component) => component.service === service).length === 1) names.add(service);
    for (const name of names) lines.push(`${name}:${addresses[other.name]?.[first]}`);
    for (const network of shared)
      for (const alias of aliasesOf(stack, other, network))
        if (!names.has(alias)) {
          names.add(alias);
          lines.push(`${alias}:${addresses[other.name]?.[network]}`);
        }
  }
  return lines;
}

const aliasesOf = (stack: Stack, of: Member, network: string): readonly string[] =>
  stack.components.find(({ name }) => name === of.name)?.composed?.aliases[network] ?? [];
