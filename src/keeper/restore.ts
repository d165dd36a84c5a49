// Undoes one armed change from outside every component: limits by the host's cgroup mount, stopped processes and agents by the host's pids. Idempotent; what is gone needs no undo.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArmedChange, LimitIdentity, ProcessIdentity } from "../model/identity.ts";

export interface Host {
  /** Mount of the host's cgroups. */
  readonly cgroups: string;
  readonly proc: string;
  kill(pid: number, signal: "SIGCONT" | "SIGKILL"): void;
}

/** Resolves what was done, as a sentence. Throws where the change may still act. */
export function restore(armed: ArmedChange, host: Host): string {
  const { undo } = armed.change;
  switch (undo.op) {
    case "disk.restore":
      if (!armed.at.limit) throw new Error(`${armed.change.id} has no limit to restore`);
      return restoreLimit(armed.at.limit, armed.at.containerId, host);
    case "process.continue":
      if (!armed.at.process) throw new Error(`${armed.change.id} has no process to continue`);
      return continueProcess(armed.at.process, host);
    case "process.ensure":
      return "the killing ended with the agent that did it, and the process' supervisor brings it back";
    case "link.up":
    case "rate.restore":
      if (!armed.at.agent) throw new Error(`${armed.change.id} has no agent that could undo it`);
      return endAgent(armed.at.agent, host);
    case "packets.pass":
      return "the kernel ends it by itself";
    case "packets.block":
    case "disk.limit":
    case "link.down":
    case "rate.limit":
    case "process.stop":
    case "process.kill":
    case "process.restart":
      throw new Error(`${undo.op} is no undo`);
  }
}

function restoreLimit(limit: LimitIdentity, containerId: string, host: Host): string {
  const parts = limit.cgroup.split("/");
  // Only the cgroup of the container that was armed, or a leaf of it: never its parents, never the root.
  if (containerId === "" || parts.includes("..") || !parts.slice(-2).some((part) => part.includes(containerId)))
    throw new Error(`"${limit.cgroup}" is not the cgroup of container ${containerId}`);
  if (!/^\d+:\d+$/u.test(limit.device)) throw new Error(`"${limit.device}" is no device`);
  const folder = join(host.cgroups, limit.cgroup);
  if (!existsSync(folder)) return `${limit.cgroup} is gone`;
  const file = join(folder, limit.version === 1 ? "blkio.throttle.write_iops_device" : "io.max");
  const nothing = limit.version === 1 ? "0" : "rbps=max wbps=max riops=max wiops=max";
  writeFileSync(file, `${limit.device} ${limit.before === "" ? nothing : limit.before}\n`);
  const line = readFileSync(file, "utf8")
    .split("\n")
    .find((candidate) => candidate.startsWith(`${limit.device} `));
  const found = line?.slice(limit.device.length + 1).trim() ?? "";
  if (found !== limit.before) throw new Error(`${file} holds "${found}" and should hold "${limit.before}"`);
  return `limit of ${limit.cgroup} is "${found}" again`;
}

function continueProcess(identity: ProcessIdentity, host: Host): string {
  const found = startTicks(identity.hostPid, host.proc);
  if (found !== identity.startTicks) return `${identity.name} (host pid ${identity.hostPid}) is gone`;
  host.kill(identity.hostPid, "SIGCONT");
  return `${identity.name} (host pid ${identity.hostPid}) was told to go on`;
}

/** Nothing of ours reaches into another network namespace. But whatever ends the agent there makes its dead man undo this (agent/batch.ts), so it is ended. */
function endAgent(identity: ProcessIdentity, host: Host): string {
  const found = startTicks(identity.hostPid, host.proc);
  if (found !== identity.startTicks) return `${identity.name} (host pid ${identity.hostPid}) is gone, and its dead man has undone this`;
  host.kill(identity.hostPid, "SIGKILL");
  return `${identity.name} (host pid ${identity.hostPid}) was ended, so that its dead man undoes this`;
}

/** Field 22 of /proc/PID/stat; the command in brackets may hold blanks. */
function startTicks(pid: number, proc: string): string | undefined {
  try {
    const stat = readFileSync(join(proc, String(pid), "stat"), "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
