// What harness and agent say to each other: NDJSON on an attached stream. Types only, so that the agent needs no package for its op path.
// Clock: `originNs` in `hello` is the agent's monotonic reading (nanoseconds, as text) of the run's offset 0; all `at` are milliseconds after it.
import type { ArmedChange, LimitIdentity, LinkIdentity, MemoryIdentity, ProcessIdentity, QuotaIdentity } from "./identity.ts";
import type { Load } from "./load.ts";
import type { ProbeInstance, SignalInstance } from "./probe.ts";
import type { JournalRecord } from "./record.ts";
import type { Metrics } from "./stack.ts";
import type { Witness } from "./witness.ts";

/** component -> network -> IPv4 address, bound when armed. */
export type Addresses = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A declared process of the component: "etcd" is found by its command name. */
export interface DeclaredProcess {
  readonly name: string;
  readonly exe: string;
}

/** Answer to `bind`. `hostPid` is the driver's to add (NSpid in /proc/PID/status of the host). */
export interface Bound {
  /** Inode of the network namespace, as text. */
  readonly netns: string;
  readonly process?: Omit<ProcessIdentity, "hostPid">;
  /** The process is what the container runs: the container ends with it. */
  readonly first?: boolean;
  readonly limit?: LimitIdentity;
  readonly link?: LinkIdentity;
  readonly quota?: QuotaIdentity;
  readonly memory?: MemoryIdentity;
}

/** Answer to `fire` and `undo`: when the effect was seen to be there. */
export interface Done {
  readonly doneAt: number;
}

/** Answer to `hello`. */
export interface Welcome {
  readonly version: 1;
  readonly netns: string;
  readonly pid: number;
  readonly now: number;
}

export type Command =
  /** After so long without a word the agent undoes everything and ends. */
  | { readonly do: "hello"; readonly originNs: string; readonly silenceMs: number }
  | { readonly do: "ping" }
  /** At target start: a leaf cgroup `planefault-<name>` for each declared process, in version 2 also one for the rest. `cgroup` is the component's cgroup as mounted in the agent, e.g. "/cgroup"; `limited`: what leaves are to be limited in. */
  | { readonly do: "split"; readonly processes: readonly DeclaredProcess[]; readonly cgroup: string; readonly limited: "disk" | "cpu" }
  /** Reads what places stand for, and changes nothing. `process` undefined: the first declared one, or pid 1. `volume` is mounted at /volumes/<volume>. `quota`, `memory`: whether the processor quota or the memory limit is asked for. `path`: the component's cgroup below the host's cgroup mount, e.g. "blkio/docker/<id>" for a volume, "cpu/docker/<id>" for a quota, "memory/docker/<id>" for a memory limit. `address`: of the interface that is meant. `whole`: limits act on the component's own cgroup, which nobody has split. */
  | {
      readonly do: "bind";
      readonly processes: readonly DeclaredProcess[];
      readonly process: string | undefined;
      readonly volume: string | undefined;
      readonly quota?: boolean;
      readonly memory?: boolean;
      readonly path: string;
      readonly address?: string | undefined;
      readonly whole?: boolean;
    }
  /** Opens nft with table and empty sets, binds pids or limit files. `table` is this run's own name; by `processes` the successor of a killed one is found. */
  | { readonly do: "arm"; readonly armed: ArmedChange; readonly table: string; readonly processes?: readonly DeclaredProcess[] }
  | { readonly do: "fire"; readonly change: string; readonly atMs: number }
  | { readonly do: "undo"; readonly change: string }
  /** To a standby: it undoes this change, which another agent fires, `forMs` from now at the latest, and whenever it ends itself. */
  | { readonly do: "hold"; readonly armed: ArmedChange; readonly forMs: number }
  /** To a standby: the change was seen to end. */
  | { readonly do: "release"; readonly change: string }
  | {
      readonly do: "probe";
      readonly probes: readonly ProbeInstance[];
      readonly signals: readonly SignalInstance[];
      readonly addresses: Addresses;
      readonly sshKey: string | undefined;
      readonly vantage: string;
      readonly seed: number;
      /** For a guest: numbers are somebody else's to write, and it is only watched whether they go on. */
      readonly watchOnly?: boolean;
    }
  /** Starts k6 and answers when its first sample has arrived. `probes` are those that the load samples. */
  | {
      readonly do: "load";
      /** Of the place where k6 runs, for its twin and its counters. */
      readonly name: string;
      readonly load: Load;
      /** What the load itself says of it is hidden. */
      readonly environment: Readonly<Record<string, string>>;
      readonly probes: readonly ProbeInstance[];
      readonly addresses: Addresses;
    }
  /** role "answer": open the canary port or measure here; role "bystander": answer those canaries that the fault must not hit; role "send": the sending end of canaries. */
  | {
      readonly do: "witness";
      readonly witness: Witness;
      readonly role: "answer" | "bystander" | "send";
      readonly addresses: Addresses;
      readonly armed: readonly ArmedChange[];
      readonly processes?: readonly DeclaredProcess[];
    }
  | { readonly do: "evidence"; readonly component: string; readonly metrics: Metrics | undefined; readonly everyMs: number }
  | { readonly do: "quiet" }
  /** Answers a Digest whose keys lack the component: "routes", "process/etcd". */
  | { readonly do: "digest"; readonly processes?: readonly DeclaredProcess[] }
  /** Undoes what is still applied, deletes our table and canary files, closes our sockets; `digest` still answers. */
  | { readonly do: "disarm" }
  /** As `disarm`, then the agent exits. End of input does the same. */
  | { readonly do: "bye" };

export type Request = Command & { readonly id: number };

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value?: unknown }
  | { readonly id: number; readonly ok: false; readonly error: string };

export type Event = { readonly event: "record"; readonly record: JournalRecord } | { readonly event: "log"; readonly text: string };
