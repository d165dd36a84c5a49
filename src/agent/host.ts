// The machine as an agent meets it: processes and signals, the cgroups of its component, its own network. One value, so that tests can put a made-up machine in its place and let every check run on that.
import { networkInterfaces } from "node:os";
import { diskOf } from "./device.ts";
import { ownNetns } from "./namespace.ts";

export const cgroupMount = "/cgroup";
/** Other mounts, since version 1 keeps processors and memory in hierarchies of their own; there only where a fault needs it. */
export const cpuMount = "/cgroup-cpu";
export const memoryMount = "/cgroup-memory";

export interface Host {
  readonly proc: string;
  /** Where the component's cgroups are mounted. */
  readonly cgroups: { readonly disk: string; readonly cpu: string; readonly memory: string };
  /** Inode. */
  netns(): string;
  addresses(): readonly string[];
  /** MAJ:MIN of the disk that a folder is on. */
  diskOf(folder: string): string;
  kill(pid: number, signal: NodeJS.Signals): void;
}

export const here: Host = {
  proc: "/proc",
  cgroups: { disk: cgroupMount, cpu: cpuMount, memory: memoryMount },
  netns: ownNetns,
  addresses: () => Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
  diskOf,
  kill: (pid, signal) => void process.kill(pid, signal),
};
