// The faults that are timed, one of each op at least, and where the stopwatch sees that each acts. Pure.
import type { ArmedChange } from "../../src/model/identity.ts";
import type { Sight } from "./stopwatch.ts";

/** By datagrams to the place, by the routes of its network namespace, by the tracer of its process, by the limit that its cgroup has. */
type Seen = "packets" | "routes" | "tracer" | "limit";

export interface TimedFault {
  readonly name: string;
  readonly fault: { readonly kind: string } & Readonly<Record<string, string | number>>;
  readonly seen: Seen;
  /** Who ends it, if it is not we. */
  readonly endedBy?: "supervisor";
}

const on = "place";
const process = "place/echo";

// ssh.block and link.flap are left out: the ops of dns.block and link.down with other words.
export const timedFaults: readonly TimedFault[] = [
  { name: "net.loss", fault: { kind: "net.loss", on, to: "user", percent: 100, direction: "in" }, seen: "packets" },
  { name: "net.partition", fault: { kind: "net.partition", on, from: "user", direction: "in" }, seen: "packets" },
  { name: "port.block", fault: { kind: "port.block", on, port: 53, protocol: "udp", from: "user" }, seen: "packets" },
  { name: "dns.block", fault: { kind: "dns.block", on, from: "user" }, seen: "packets" },
  { name: "link.down", fault: { kind: "link.down", on }, seen: "packets" },
  { name: "link.down, its routes", fault: { kind: "link.down", on }, seen: "routes" },
  { name: "net.rate", fault: { kind: "net.rate", on, rate: "100kbit" }, seen: "packets" },
  { name: "process.pause", fault: { kind: "process.pause", on: process }, seen: "packets" },
  { name: "process.kill", fault: { kind: "process.kill", on: process }, seen: "packets", endedBy: "supervisor" },
  { name: "process.restart", fault: { kind: "process.restart", on: process, signal: "KILL" }, seen: "packets", endedBy: "supervisor" },
  { name: "disk.throttle", fault: { kind: "disk.throttle", on: process, writeIops: 20 }, seen: "limit" },
  { name: "disk.delay", fault: { kind: "disk.delay", on: process, delay: "100ms" }, seen: "tracer" },
  { name: "disk.error", fault: { kind: "disk.error", on: process, error: "EIO" }, seen: "tracer" },
  { name: "cpu.pressure", fault: { kind: "cpu.pressure", on: process, cpus: 0.2 }, seen: "limit" },
  { name: "memory.pressure", fault: { kind: "memory.pressure", on, headroom: "16MiB" }, seen: "limit" },
];

/** Where the component is. */
export interface Place {
  readonly container: string;
  /** Of its first process, on the host. */
  readonly pid: number;
  readonly address: string;
}

export const packetsOf = ({ address }: Place): Sight => ({ see: "packets", address, port: 53 });

/** The host's cgroup mount, as the stopwatch has it. */
const cgroups = "/cgroup";

export function sightOf(seen: Seen, place: Place, { at }: ArmedChange): Sight {
  switch (seen) {
    case "packets":
      return packetsOf(place);
    case "routes":
      return { see: "file", path: `/proc/${place.pid}/net/route` };
    case "tracer":
      return { see: "file", path: `/proc/${at.process?.hostPid}/status`, line: "TracerPid:" };
    case "limit":
      return { see: "file", path: limitFile(at) };
  }
}

const fileNames = {
  limit: { 1: "blkio.throttle.write_iops_device", 2: "io.max" },
  quota: { 1: "cpu.cfs_quota_us", 2: "cpu.max" },
  memory: { 1: "memory.limit_in_bytes", 2: "memory.high" },
} as const;

function limitFile(at: ArmedChange["at"]): string {
  for (const name of ["limit", "quota", "memory"] as const) {
    const bound = at[name];
    if (bound) return `${cgroups}/${bound.cgroup}/${fileNames[name][bound.version]}`;
  }
  throw new Error(`${at.component} was armed without a limit`);
}
