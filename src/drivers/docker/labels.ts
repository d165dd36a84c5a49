// Names and labels of everything that planefault makes in an engine: by these alone it is found again, audited and removed.
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Stack } from "../../model/stack.ts";
import { startTicksIn } from "./start-ticks.ts";

export type Kind = "component" | "vantage" | "agent" | "standby" | "keeper" | "network" | "volume";

export const label = {
  session: "planefault.session",
  run: "planefault.run",
  kind: "planefault.kind",
  name: "planefault.name",
  owner: "planefault.owner",
  target: "planefault.target",
  /** On the containers of a guest: the session that it visits. */
  guest: "planefault.guest",
  /** On agents and the keeper of a target that is attached: the container beside which an agent stands, or "keeper". What they hold must be given back before they are removed. */
  attached: "planefault.attached",
} as const;

export const resourceName = (session: string, name: string): string => `pf-${session}-${name}`;

export function labelsOf(session: string, run: string, kind: Kind, name: string): Record<string, string> {
  return { [label.session]: session, [label.run]: run, [label.kind]: kind, [label.name]: name, [label.owner]: currentOwner() };
}

/** On components and vantages: whose they are, for those who look at a running target. */
export const targetLabel = ({ name, variant }: Pick<Stack, "name" | "variant">): Record<string, string> => ({
  [label.target]: variant === undefined ? name : `${name}/${variant}`,
});

/**
 * pid:start time:pid namespace:boot id:host name. A pid alone would be reused, and means another process in another container's namespace; a boot id alone says nothing about another machine that shares a remote
 * engine.
 */
export function currentOwner(): string {
  return [process.pid, startTicks(process.pid) ?? "?", pidNamespace(), bootId(), hostname()].join(":");
}

/** Of the harness that made something. "elsewhere": it was made on another machine or in another container, so only a person can say whether its harness is alive. */
export type OwnerState = "alive" | "gone" | "elsewhere";

export function ownerState(owner: string | undefined): OwnerState {
  const { pid, start, namespace, boot, host } = parseOwner(owner);
  if (pid === undefined || host === undefined) return "gone";
  if (host !== hostname()) return "elsewhere";
  if (boot !== bootId()) return "gone";
  if (namespace !== pidNamespace()) return "elsewhere";
  const running = startTicks(Number(pid));
  return running !== undefined && running === start ? "alive" : "gone";
}

/** Its parts, as they stand in the label. */
export function parseOwner(owner: string | undefined) {
  const [pid, start, namespace, boot, host] = (owner ?? "").split(":");
  return { pid, start, namespace, boot, host };
}

/** Whose pids ours are: a harness in a container with the host's name and boot id has others than the host. */
function pidNamespace(): string {
  return /\d+/u.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "?";
}

function bootId(): string {
  return read("/proc/sys/kernel/random/boot_id")?.trim() ?? "unknown";
}

function startTicks(pid: number): string | undefined {
  return startTicksIn(read(`/proc/${pid}/stat`) ?? "");
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
