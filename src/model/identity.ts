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

export const Identity = z.strictObject({
  component: z.string(),
  containerId: z.string(),
  netns: z.string(),
  /** network name -> IPv4 address */
  addresses: z.record(z.string(), z.string()),
  process: ProcessIdentity.optional(),
  limit: LimitIdentity.optional(),
});
export type Identity = z.output<typeof Identity>;

export const ArmedChange = z.strictObject({ change: Change, at: Identity, peer: Identity.optional() });
export type ArmedChange = z.output<typeof ArmedChange>;
