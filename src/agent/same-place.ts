// Whether what was armed is still there, asked just before acting. The kernel ends us together with the component's pid namespace, so a component that was started anew is never hit;
// but its addresses and its cgroup can change under us.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Identity, ProcessIdentity } from "../model/identity.ts";
import { here } from "./host.ts";
import { inodeOf } from "./namespace.ts";

/** An order meant for another agent. The harness has compared the namespace with the engine's view of the container (drivers/docker/place-check.ts). */
export function checkNetns({ component, netns }: Pick<Identity, "component" | "netns">, own = here.netns()): void {
  if (inodeOf(netns) !== own) throw new Error(`this is network namespace ${own}, ${component} is in ${netns}`);
}

/** Rules that name an address which went away would match nothing, or whoever has it next. */
export function checkAddress(component: string, address: string, present = here.addresses()): void {
  if (!present.includes(address)) throw new Error(`${component} no longer has the address ${address}, it has ${present.join(", ")}`);
}

/** A limit acts on the members of its cgroup alone. */
export function checkMember({ name, pid }: Pick<ProcessIdentity, "name" | "pid">, folder: string): void {
  if (!readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").includes(String(pid)))
    throw new Error(`${name} (pid ${pid}) is no longer in the cgroup ${folder}`);
}

/** The component's first process, in its cgroup or a leaf of it. */
export function checkInhabited(component: string, folder: string, first = "1"): void {
  const leaves = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const groups = [folder, ...leaves.map(({ name }) => join(folder, name))];
  if (!groups.some((group) => readFileSync(join(group, "cgroup.procs"), "utf8").split("\n").includes(first)))
    throw new Error(`the first process of ${component} is no longer in the cgroup ${folder}`);
}
