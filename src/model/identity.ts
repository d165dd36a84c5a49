// What a place stood for when it was armed. Checked again at fire and at undo: a shot at anything else is refused.
import * as z from "zod";
import { Change } from "./op.ts";

/** pid and start time in clock ticks, as seen inside (`pid`) and outside (`hostPid`) the component's pid namespace. */
export const ProcessIdentity = z.strictObject({ name: z.string(), pid: z.int(), hostPid: z.int(), startTicks: z.string() });
export type ProcessIdentity = z.output<typeof ProcessIdentity>;

/** A limit file of a cgroup, relative to the cgroup mount, and what it held before we wrote. */
export const LimitIdentity = z.strictObject({
  version: z.union([z.literal(1), z.literal(2)]),
  /** e.g. "blkio/docker/<id>/planefault-etcd": never the root. */
  cgroup: z.string(),
  device: z.string(),
  /** The words after "MAJ:MIN " in the limit file, or "" where there was no limit. */
  before: z.string(),
});
export type LimitIdentity = z.output<typeof LimitIdentity>;

/** An interface of a component, and what setting it down takes away. All lines are arguments of iproute2, without the interface where it is the only one they can mean. */
export const LinkIdentity = z.strictObject({
  interface: z.string(),
  index: z.int(),
  mac: z.string(),
  /** Kind and handle of the root qdisc: "noqueue 0:"; the kernel's own has the handle 0. */
  qdisc: z.string(),
  /** txqueuelen, which the kernel changes from 0 to 1000 where it is given a qdisc. */
  queueLength: z.int(),
  /** IPv6: the kernel drops these with the link, and keeps IPv4's. */
  addresses: z.array(z.string()),
  routes: z.array(z.string()),
  /** Static ones: the others are learnt again. */
  neighbours: z.array(z.string()),
});
export type LinkIdentity = z.output<typeof LinkIdentity>;

/** The processor quota of a cgroup. `before`: the whole content of its file when armed, such as "-1" (v1) or "max 100000" (v2). */
export const QuotaIdentity = LimitIdentity.omit({ device: true });
export type QuotaIdentity = z.output<typeof QuotaIdentity>;

/** The memory limit of a cgroup. `before`: bytes (v1), bytes or "max" (v2). */
export const MemoryIdentity = LimitIdentity.omit({ device: true }).extend({
  /** "0" or "1", whether the kernel may not kill at the limit (v1); "" where there is no such switch (v2). */
  killDisable: z.string(),
});
export type MemoryIdentity = z.output<typeof MemoryIdentity>;

export const Identity = z.strictObject({
  component: z.string(),
  containerId: z.string(),
  netns: z.string(),
  /** network name -> IPv4 address */
  addresses: z.record(z.string(), z.string()),
  process: ProcessIdentity.optional(),
  limit: LimitIdentity.optional(),
  link: LinkIdentity.optional(),
  quota: QuotaIdentity.optional(),
  memory: MemoryIdentity.optional(),
});
export type Identity = z.output<typeof Identity>;

/** `peer`: from whom packets are blocked. `peers`: those for whom disturbed packets are. */
export const ArmedChange = z.strictObject({ change: Change, at: Identity, peer: Identity.optional(), peers: z.array(Identity).optional() });
export type ArmedChange = z.output<typeof ArmedChange>;
