// What iproute2 says about an interface, and what has to be said to it to have that back. Pure, so that every form of a route is tested as text.
import type { LinkIdentity } from "../model/identity.ts";

export interface Shown {
  readonly ifname: string;
  readonly ifindex: number;
  readonly address?: string;
  readonly link_type?: string;
  readonly link?: string;
  readonly txqlen?: number;
  readonly addr_info?: readonly {
    readonly family: string;
    readonly local?: string;
    readonly prefixlen: number;
    readonly scope?: string;
    readonly dynamic?: boolean;
    readonly nodad?: boolean;
  }[];
}

/** The interface that has the address, from `ip -j address show`. Refuses loopback, and one on which others are stacked: theirs would go down with it. */
export function linkWith(shown: readonly Shown[], address: string): Shown {
  const link = shown.find(({ addr_info: all = [] }) => all.some(({ local }) => local === address));
  if (!link) throw new Error(`no interface here has the address ${address}`);
  if (link.link_type === "loopback" || link.ifname === "lo")
    throw new Error(`${address} is an address of the loopback interface, which nobody may take down`);
  const above = shown.find((other) => other.link === link.ifname);
  if (above) throw new Error(`${above.ifname} stands on ${link.ifname} and would go down with it: what it loses is not ours to put back`);
  return link;
}

/** IPv6 addresses but those that the kernel makes up by itself or learns. */
export const addressesOf = ({ addr_info: all = [] }: Shown): readonly string[] =>
  all
    .filter(({ family, scope, dynamic }) => family === "inet6" && scope !== "link" && dynamic !== true)
    .map(({ local, prefixlen, nodad }) => `${local}/${prefixlen}${nodad === true ? " nodad" : ""}`);

/** A routing daemon sees the link come back and puts its own routes there; what a router announces is learnt again. */
const daemons = new Set([
  "ra",
  "redirect",
  "zebra",
  "bird",
  "babel",
  "bgp",
  "isis",
  "ospf",
  "rip",
  "eigrp",
  "gated",
  "mrt",
  "xorp",
  "ntk",
  "openr",
  "keepalived",
]);
/** The kernel's remarks about the present state of a route. */
const remarks = new Set(["linkdown", "dead", "offload", "offload_failed", "trap", "rt_trap", "rt_offload", "pervasive", "notify", "cache"]);

/** Routes over an interface, of `ip -o -4 route show table all` or of `-6`, as arguments of `ip route add`. */
export function routesOver(text: string, name: string, family: 4 | 6): readonly string[] {
  return (
    text
      .split("\n")
      .map((line) =>
        line
          .replaceAll("\\", " ")
          .split(/\s+/u)
          .filter((word) => word !== "" && !remarks.has(word)),
      )
      .filter((words) => words.some((word, at) => word === "dev" && words[at + 1] === name))
      .filter((words) => !daemons.has(words[words.indexOf("proto") + 1] ?? "") || !words.includes("proto"))
      // The kernel makes these anew when the link is up, link-local ones after a second of asking for duplicates.
      .filter((words) => family === 4 || !isKernels(words.join(" ")))
      .map((words) => (family === 6 ? words.map((word) => (word === "default" ? "::/0" : word)) : words).join(" "))
  );
}

const isKernels = (route: string): boolean => / proto kernel( |$)/u.test(route);

/** Of `ip neighbour show dev NAME nud permanent`. */
export const neighboursIn = (text: string): readonly string[] =>
  [...text.matchAll(/^(\S+) lladdr (\S+) .*PERMANENT/gmu)].map(([, address, mac]) => `${address} lladdr ${mac} nud permanent`);

/** Lines of `ip -batch` that put everything back; what is there already is refused and stays. Routes over a gateway come last: it must be reachable first. */
export function raiseLines(link: LinkIdentity): readonly string[] {
  const routes = link.routes
    .filter((route) => !isKernels(route))
    .toSorted((one, other) => Number(one.includes(" via ")) - Number(other.includes(" via ")));
  return [
    `link set dev ${link.interface} up`,
    ...link.addresses.map((address) => `address add ${address} dev ${link.interface}`),
    ...routes.map((route) => `route add ${route}`),
    ...link.neighbours.map((neighbour) => `neighbour replace ${neighbour} dev ${link.interface}`),
  ];
}

/** What is still to be said where the routes are `found` by now: those that are missing, and those that only the kernel's own zeal has added. */
export function amendLines(link: LinkIdentity, found: readonly string[]): readonly string[] {
  return [
    ...link.routes.filter((route) => !found.includes(route)).map((route) => `route add ${route}`),
    ...found.filter((route) => isKernels(route) && !link.routes.includes(route)).map((route) => `route delete ${route}`),
  ];
}
