// An interface as it is now: bound when armed, compared when fired, read while it is watched. By netlink (`ip`) where it must be whole, by sysfs where it must be quick.
import { readFileSync } from "node:fs";
import type { LinkIdentity } from "../model/identity.ts";
import { addressesOf, linkWith, neighboursIn, routesOver, type Shown } from "./link-text.ts";
import { outputOf } from "./run-program.ts";

export async function bindLink(address: string): Promise<LinkIdentity> {
  const link = linkWith(JSON.parse((await outputOf("ip", ["-j", "address", "show"])) ?? "[]") as Shown[], address);
  const [routes, neighbours, qdisc] = await Promise.all([
    readRoutes(link.ifname),
    outputOf("ip", ["neighbour", "show", "dev", link.ifname, "nud", "permanent"]),
    readQdisc(link.ifname),
  ]);
  return {
    interface: link.ifname,
    index: link.ifindex,
    mac: link.address ?? "",
    qdisc,
    queueLength: link.txqlen ?? 0,
    addresses: [...addressesOf(link)],
    routes: [...routes],
    neighbours: [...neighboursIn(neighbours ?? "")],
  };
}

export async function readRoutes(name: string): Promise<readonly string[]> {
  const [four, six] = await Promise.all(
    ["-4", "-6"].map(async (family) => (await outputOf("ip", ["-o", family, "route", "show", "table", "all"])) ?? ""),
  );
  return [...routesOver(four ?? "", name, 4), ...routesOver(six ?? "", name, 6)];
}

/** Kind and handle of the root qdisc. */
async function readQdisc(name: string): Promise<string> {
  const all = JSON.parse((await outputOf("tc", ["-j", "qdisc", "show", "dev", name])) ?? "[]") as readonly {
    readonly kind: string;
    readonly handle: string;
    readonly root?: boolean;
  }[];
  const root = all.find((one) => one.root === true);
  return root ? `${root.kind} ${root.handle}` : "none";
}

const interfaces = "/sys/class/net";
const fact = (name: string, file: string, folder = interfaces): string => readFileSync(`${folder}/${name}/${file}`, "utf8").trim();
const flagUp = 1;

/** Whether it is set up; that is ours to change. */
export const isSetUp = (name: string): boolean => (Number(fact(name, "flags")) & flagUp) !== 0;

/** Whether it carries packets. Interfaces without a notion of a carrier say "unknown". */
export const isCarrying = (name: string): boolean => ["up", "unknown"].includes(fact(name, "operstate")) && isSetUp(name);

export const queueLength = (name: string): number => Number(fact(name, "tx_queue_len"));

/** A device of the same name may be another one by now. */
export function checkLink(link: LinkIdentity, folder = interfaces): void {
  const found = `${fact(link.interface, "ifindex", folder)} ${fact(link.interface, "address", folder)}`;
  if (found !== `${link.index} ${link.mac}`) throw new Error(`${link.interface} is "${found}", armed was "${link.index} ${link.mac}"`);
}
