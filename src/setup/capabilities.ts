// Pure: from what a kernel answered to which faults can be injected there, and how well that is proved.
import * as z from "zod";
import type { Need } from "../model/plan.ts";

/** The answers of ask-kernel.mjs in the toolbox: "" for yes, else the kernel's complaint. */
export const KernelFacts = z.strictObject({
  nft: z.string(),
  netem: z.string(),
  tbf: z.string(),
  cgroup: z.union([z.literal(1), z.literal(2)]),
  diskLimit: z.boolean(),
  cpuQuota: z.boolean(),
  memoryLimit: z.boolean(),
  trace: z.string(),
  pressure: z.boolean(),
  signals: z.boolean(),
});
export type KernelFacts = z.output<typeof KernelFacts>;

/** unproved: it should work, but planefault has not been proved on such a machine, so `plan` refuses it. unknown: nobody has asked yet. */
export type Able = "yes" | "no" | "unproved" | "unknown";

export interface Capability {
  readonly need: Need;
  /** The fault kinds that stand on it. */
  readonly faults: readonly string[];
  readonly able: Able;
  readonly detail: string;
}

const kinds = {
  nft: ["net.loss", "net.partition", "port.block", "ssh.block", "dns.block"],
  "cgroup-disk": ["disk.throttle"],
  "cgroup-cpu": ["cpu.pressure"],
  "cgroup-memory": ["memory.pressure"],
  trace: ["disk.delay", "disk.error"],
  signals: ["process.pause", "process.kill", "process.restart"],
  netem: ["net.delay", "net.jitter", "net.duplicate", "net.reorder"],
  tbf: ["net.rate"],
} as const satisfies Record<Capability["need"], readonly string[]>;

const unknown = "not asked yet: `planefault doctor --fix` asks the kernel in a container of its own";

const answered = (complaint: string, yes: string): readonly [Able, string] => (complaint === "" ? ["yes", yes] : ["no", complaint]);

export function capabilities(facts: KernelFacts | undefined): readonly Capability[] {
  const judged = (need: Capability["need"], judge: (known: KernelFacts) => readonly [Able, string]): Capability => {
    const [able, detail] = facts === undefined ? (["unknown", unknown] as const) : judge(facts);
    return { need, faults: kinds[need], able, detail };
  };
  return [
    judged("nft", ({ nft }) => answered(nft, "nftables in a network namespace, sets with timeout")),
    judged("cgroup-disk", diskLimit),
    judged("cgroup-cpu", cpuQuota),
    judged("cgroup-memory", memoryLimit),
    judged("trace", ({ trace }) => answered(trace, "strace may attach to processes")),
    judged("signals", ({ signals }) => (signals ? ["yes", "CAP_KILL is granted"] : ["no", "the engine does not grant CAP_KILL"])),
    judged("netem", ({ netem }) => answered(netem, "qdisc netem behind prio and flower")),
    judged("tbf", ({ tbf }) => answered(tbf, "qdisc tbf")),
  ];
}

function diskLimit({ cgroup, diskLimit: present }: KernelFacts): readonly [Able, string] {
  if (!present) return ["no", cgroup === 1 ? "cgroup v1 without blkio.throttle" : "cgroup v2 without the io controller"];
  return cgroup === 1
    ? ["yes", "cgroup v1, blkio.throttle"]
    : ["unproved", "cgroup v2, io.max: written, but not proved on such a machine yet"];
}

function cpuQuota({ cgroup, cpuQuota: present }: KernelFacts): readonly [Able, string] {
  if (!present) return ["no", cgroup === 1 ? "cgroup v1 without cpu.cfs_quota_us" : "cgroup v2 without the cpu controller"];
  return cgroup === 1
    ? ["yes", "cgroup v1, cpu.cfs_quota_us"]
    : ["unproved", "cgroup v2, cpu.max: written, but not proved on such a machine yet"];
}

function memoryLimit({ cgroup, memoryLimit: present }: KernelFacts): readonly [Able, string] {
  if (!present) return ["no", cgroup === 1 ? "cgroup v1 without memory.oom_control" : "cgroup v2 without the memory controller"];
  return cgroup === 1
    ? ["yes", "cgroup v1, memory.limit_in_bytes with memory.oom_control"]
    : ["unproved", "cgroup v2, memory.high: written, but not proved on such a machine yet"];
}
