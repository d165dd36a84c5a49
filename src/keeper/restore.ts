// Undoes one armed change from outside every component: limits by the host's cgroup mount, stopped and traced processes by the host's pids. Idempotent; what is gone needs no undo.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArmedChange, LimitIdentity, MemoryIdentity, ProcessIdentity, QuotaIdentity } from "../model/identity.ts";

export interface Host {
  /** Mount of the host's cgroups. */
  readonly cgroups: string;
  readonly proc: string;
  kill(pid: number, signal: "SIGCONT" | "SIGTERM"): void;
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
      return "the agent and its standby end it, and each of them hears the same silence";
    case "cpu.restore":
      if (!armed.at.quota) throw new Error(`${armed.change.id} has no quota to restore`);
      return restoreQuota(armed.at.quota, armed.at.containerId, host);
    case "memory.restore":
      if (!armed.at.memory) throw new Error(`${armed.change.id} has no memory limit to restore`);
      return restoreMemory(armed.at.memory, armed.at.containerId, host);
    case "sync.pass":
      if (!armed.at.process) throw new Error(`${armed.change.id} has no process to set free`);
      return endTracer(armed.at.process, host);
    case "packets.pass":
      return "the kernel ends it by itself";
    case "packets.block":
    case "disk.limit":
    case "link.down":
    case "rate.limit":
    case "sync.delay":
    case "sync.fail":
    case "cpu.limit":
    case "memory.limit":
    case "process.stop":
    case "process.kill":
    case "process.restart":
      throw new Error(`${undo.op} is no undo`);
  }
}

function restoreLimit(limit: LimitIdentity, containerId: string, host: Host): string {
  const folder = folderOf(limit.cgroup, containerId, host);
  if (!/^\d+:\d+$/u.test(limit.device)) throw new Error(`"${limit.device}" is no device`);
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

/** Only the cgroup of the container that was armed, or a leaf of ours in it: never its parents, never the root, and nothing that others have put into it. */
function folderOf(cgroup: string, containerId: string, host: Host): string {
  const parts = cgroup.split("/");
  const own = parts.at(-1)?.startsWith("planefault-") ? parts.at(-2) : parts.at(-1);
  if (containerId === "" || parts.includes("..") || own?.includes(containerId) !== true)
    throw new Error(`"${cgroup}" is not the cgroup of container ${containerId}`);
  return join(host.cgroups, cgroup);
}

/** The busy processes beside it are the agent's children and end with it. */
function restoreQuota({ version, cgroup, before }: QuotaIdentity, containerId: string, host: Host): string {
  const folder = folderOf(cgroup, containerId, host);
  if (!existsSync(folder)) return `${cgroup} is gone`;
  const file = join(folder, version === 1 ? "cpu.cfs_quota_us" : "cpu.max");
  writeFileSync(file, `${before}\n`);
  const found = readFileSync(file, "utf8").trim();
  if (found !== before) throw new Error(`${file} holds "${found}" and should hold "${before}"`);
  return `quota of ${cgroup} is "${found}" again`;
}

/** The limit first, which sets free whoever waits; only then may the kernel kill again. */
function restoreMemory({ version, cgroup, before, killDisable }: MemoryIdentity, containerId: string, host: Host): string {
  const folder = folderOf(cgroup, containerId, host);
  if (!existsSync(folder)) return `${cgroup} is gone`;
  const file = join(folder, version === 1 ? "memory.limit_in_bytes" : "memory.high");
  writeFileSync(file, `${before}\n`);
  const found = readFileSync(file, "utf8").trim();
  if (found !== before) throw new Error(`${file} holds "${found}" and should hold "${before}"`);
  if (killDisable === "") return `memory limit of ${cgroup} is "${found}" again`;
  const control = join(folder, "memory.oom_control");
  writeFileSync(control, `${killDisable}\n`);
  const kills = readFileSync(control, "utf8").split("\n")[0] ?? "";
  if (kills.replace("oom_kill_disable ", "") !== killDisable) throw new Error(`${control} says "${kills}" and should say "${killDisable}"`);
  return `memory limit of ${cgroup} is "${found}" again, and oom_kill_disable ${killDisable}`;
}

/** Told to end, strace lets go of what it traces. Anybody else who traces the process by now is none of our business, be it by strace: only ours fails or holds up the syncs of this process (agent/tracer.ts). */
function endTracer(identity: ProcessIdentity, host: Host): string {
  const { hostPid: pid, name } = identity;
  if (!isAlive(identity, host)) return `${name} (host pid ${pid}) is gone`;
  const tracer = /^TracerPid:\s+(\d+)$/mu.exec(readFileSync(join(host.proc, String(pid), "status"), "utf8"))?.[1] ?? "0";
  if (tracer === "0") return `nobody traces ${name} (host pid ${pid})`;
  const words = readFileSync(join(host.proc, tracer, "cmdline"), "utf8").split("\0");
  const isOurs =
    words[0] === "strace" && words.includes(String(identity.pid)) && words.some((word) => word.startsWith("inject=fsync,fdatasync:"));
  if (!isOurs) return `${name} (host pid ${pid}) is traced by another (host pid ${tracer})`;
  host.kill(Number(tracer), "SIGTERM");
  return `the tracer of ${name} (host pid ${tracer}) was told to end`;
}

function continueProcess(identity: ProcessIdentity, host: Host): string {
  if (!isAlive(identity, host)) return `${identity.name} (host pid ${identity.hostPid}) is gone`;
  host.kill(identity.hostPid, "SIGCONT");
  return `${identity.name} (host pid ${identity.hostPid}) was told to go on`;
}

/** Whether the pid still means what was armed. A line of the ledger that lacks a start time would be equal to any process that is gone, and a pid below 2 means many processes. */
function isAlive({ name, hostPid, startTicks: armed }: ProcessIdentity, { proc }: Host): boolean {
  if (!Number.isSafeInteger(hostPid) || hostPid < 2 || !/^\d+$/u.test(armed))
    throw new Error(`${name} (host pid ${hostPid}) is not bound by pid and start time`);
  return startTicks(hostPid, proc) === armed;
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
