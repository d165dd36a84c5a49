// Undoes one armed change from outside every component: limits by the host's cgroup mount, stopped and traced processes by the host's pids. Idempotent; what is gone needs no undo.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArmedChange, LimitIdentity, MemoryIdentity, ProcessIdentity, QuotaIdentity } from "../model/identity.ts";

export interface Host {
  /** Mount of the host's cgroups. */
  readonly cgroups: string;
  readonly proc: string;
  kill(pid: number, signal: "SIGCONT" | "SIGTERM" | "SIGKILL"): void;
}

/** Returns what was done, as a sentence. Throws where the change may still act; `again` says that it did so before. */
export function restore(armed: ArmedChange, host: Host, again = false): string {
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
    case "packets.settle":
      return "the agent and its standby end it, and each of them hears the same silence";
    case "cpu.restore":
      if (!armed.at.quota) throw new Error(`${armed.change.id} has no quota to restore`);
      return restoreQuota(armed.at.quota, armed.at.containerId, host);
    case "memory.restore":
      if (!armed.at.memory) throw new Error(`${armed.change.id} has no memory limit to restore`);
      return restoreMemory(armed.at.memory, armed.at.containerId, host);
    case "sync.pass":
      if (!armed.at.process) throw new Error(`${armed.change.id} has no process to set free`);
      return endTracer(armed.at.process, host, again);
    case "packets.pass":
      return "the kernel ends it by itself";
    case "packets.block":
    case "disk.limit":
    case "link.down":
    case "rate.limit":
    case "packets.disturb":
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

/** Told to end, strace lets go of what it traces; one that is stopped hears nothing but KILL, and then the kernel lets go. Anybody else who traces the process by now is none of our business, be it by strace: only ours fails or holds up the syncs of this process (agent/tracer.ts). */
function endTracer(identity: ProcessIdentity, host: Host, again: boolean): string {
  const { hostPid: pid, name } = identity;
  if (!isAlive(identity, host)) return `${name} (host pid ${pid}) is gone`;
  const tracers = tracersOf(pid, host);
  const ours = tracers.find((tracer) => isOurs(tracer, identity, host));
  if (tracers.length === 0) return `nobody traces ${name} (host pid ${pid})`;
  if (ours === undefined) return `${name} (host pid ${pid}) is traced by another (host pid ${tracers.join(", ")})`;
  const signal = again ? "SIGKILL" : "SIGTERM";
  host.kill(ours, signal);
  if (tracersOf(pid, host).includes(ours))
    throw new Error(`the tracer of ${name} (host pid ${ours}) has got ${signal} and was not yet seen to let go`);
  return `the tracer of ${name} (host pid ${ours}) has let go`;
}

/** Whoever traces any of its threads: strace lets go of one after another. */
function tracersOf(pid: number, { proc }: Host): readonly number[] {
  const task = join(proc, String(pid), "task");
  const tracers = readdirSync(task).flatMap((thread) => {
    try {
      return [Number(/^TracerPid:\s+(\d+)$/mu.exec(readFileSync(join(task, thread, "status"), "utf8"))?.[1] ?? "0")];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
  return [...new Set(tracers)].filter((tracer) => tracer !== 0);
}

function isOurs(tracer: number, { pid }: ProcessIdentity, { proc }: Host): boolean {
  const words = readFileSync(join(proc, String(tracer), "cmdline"), "utf8").split("\0");
  return words[0] === "strace" && words.includes(String(pid)) && words.some((word) => word.startsWith("inject=fsync,fdatasync:"));
}

/** The kernel lets it go on before the call returns: one that is still stopped was stopped anew. */
function continueProcess(identity: ProcessIdentity, host: Host): string {
  const { hostPid: pid, name } = identity;
  if (!isAlive(identity, host)) return `${name} (host pid ${pid}) is gone`;
  host.kill(pid, "SIGCONT");
  if (statOf(pid, host)?.state === "T") throw new Error(`${name} (host pid ${pid}) was told to go on and is still stopped`);
  return `${name} (host pid ${pid}) goes on`;
}

/** Whether the pid still means what was armed. A line of the ledger that lacks a start time would be equal to any process that is gone, and a pid below 2 means many processes. */
function isAlive({ name, hostPid, startTicks }: ProcessIdentity, host: Host): boolean {
  if (!Number.isSafeInteger(hostPid) || hostPid < 2 || !/^\d+$/u.test(startTicks))
    throw new Error(`${name} (host pid ${hostPid}) is not bound by pid and start time`);
  return statOf(hostPid, host)?.startTicks === startTicks;
}

/** Fields 3 and 22 of /proc/PID/stat; the command in brackets may hold blanks. */
function statOf(pid: number, { proc }: Host) {
  try {
    const stat = readFileSync(join(proc, String(pid), "stat"), "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0], startTicks: fields[19] };
  } catch {
    return undefined;
  }
}
