// Turns places into identities by reads only: which process, which cgroup, which disk, and what its limit was before us.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Bound, Command } from "../model/agent-protocol.ts";
import type { LimitIdentity, MemoryIdentity, QuotaIdentity } from "../model/identity.ts";
import { type Host, here } from "./host.ts";
import { readLimit } from "./limit.ts";
import { bindLink } from "./link.ts";
import { readKillDisable, readMemoryLimit } from "./memory.ts";
import { familiesOf, mainProcess, readProcesses } from "./process-table.ts";
import { readQuota } from "./quota.ts";
import { leafName } from "./split.ts";

export const volumeFolder = (volume: string): string => join("/volumes", volume);

/** What a component is asked for: the words of the command, which agent-protocol.ts explains. */
type Places = Omit<Extract<Command, { readonly do: "bind" }>, "do">;

export async function bindPlaces(places: Places, host: Host = here): Promise<Bound> {
  const declared = places.process === undefined ? places.processes[0] : places.processes.find(({ name }) => name === places.process);
  if (places.process !== undefined && !declared) throw new Error(`no process ${places.process} is declared here`);
  const rows = readProcesses(host.proc);
  const row = declared ? familiesOf(rows, places.processes).get(declared.name)?.[0] : mainProcess(rows);
  if (!row) throw new Error(`no process ${declared?.exe ?? "1"} runs here`);
  const leaf = places.whole === true ? undefined : declared?.name;
  const process = { name: declared?.name ?? row.command, pid: row.pid, startTicks: row.startTicks };
  return {
    netns: host.netns(),
    process,
    first: row.pid === mainProcess(rows)?.pid,
    ...(places.address === undefined ? {} : { link: await bindLink(places.address) }),
    ...(places.volume === undefined ? {} : { limit: bindLimit(places.volume, leaf, places.path, host) }),
    ...(places.quota === true ? { quota: bindQuota(leaf, places.path, host) } : {}),
    ...(places.memory === true ? { memory: bindMemory(places.path, host) } : {}),
  };
}

function bindLimit(volume: string, process: string | undefined, path: string, host: Host): LimitIdentity {
  const leaf = process === undefined ? "" : leafName(process);
  const folder = join(host.cgroups.disk, leaf);
  if (!existsSync(join(folder, "cgroup.procs")))
    throw new Error(`${folder} is no cgroup: the component was not split, or its cgroup is not mounted here`);
  const version = existsSync(join(folder, "blkio.throttle.write_iops_device")) ? 1 : 2;
  if (version === 2 && !existsSync(join(folder, "io.max")))
    throw new Error(`${folder} has no io.max: the controller io was not handed down to it`);
  const device = host.diskOf(volumeFolder(volume));
  return { version, cgroup: join(path, leaf), device, before: readLimit({ version, folder, device }) };
}

function bindQuota(process: string | undefined, path: string, { cgroups }: Host): QuotaIdentity {
  const leaf = process === undefined ? "" : leafName(process);
  const folder = join(cgroups.cpu, leaf);
  const version = existsSync(join(folder, "cpu.cfs_quota_us")) ? 1 : 2;
  if (version === 2 && !existsSync(join(folder, "cpu.max"))) throw new Error(`${folder} is no cgroup with a processor quota`);
  return { version, cgroup: join(path, leaf), before: readQuota({ version, folder }) };
}

/** The whole component: memory stays charged where it was first touched, so a leaf would have nothing of it. */
function bindMemory(path: string, { cgroups }: Host): MemoryIdentity {
  const folder = cgroups.memory;
  const version = existsSync(join(folder, "memory.limit_in_bytes")) ? 1 : 2;
  if (version === 2 && !existsSync(join(folder, "memory.high"))) throw new Error(`${folder} is no cgroup with a memory limit`);
  const place = { version, folder } as const;
  return { version, cgroup: path, before: readMemoryLimit(place), killDisable: readKillDisable(place) };
}

export const folderOf = (limit: LimitIdentity, { cgroups } = here): string => mounted(limit.cgroup, cgroups.disk);
export const quotaFolderOf = (quota: QuotaIdentity, { cgroups } = here): string => mounted(quota.cgroup, cgroups.cpu);
export const memoryFolderOf = (memory: MemoryIdentity, { cgroups } = here): string => mounted(memory.cgroup, cgroups.memory);

/** Where the agent sees a cgroup whose identity is written relative to the host's mount: only the leaf below the mounted folder is of interest. */
function mounted(cgroup: string, mount: string): string {
  const last = cgroup.split("/").at(-1) ?? "";
  return last.startsWith(leafName("")) ? join(mount, last) : mount;
}
