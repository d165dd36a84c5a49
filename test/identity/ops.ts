// One change of each kind that begins with an op, at the component "store" and its process of that name.
import type { Change, Op } from "../../src/model/op.ts";
import type { undoOf } from "../faults/undo-of.ts";
import type { Hierarchy } from "./machine.ts";

export type Kind = keyof typeof undoOf;

const place = { component: "store", process: "store" };
const store = { component: "store" };
const traffic = { from: { component: "user" }, network: "data", protocol: "any", flows: "all", action: "drop", percent: 100 } as const;
const ops: { readonly [K in Kind]: readonly [Extract<Op, { readonly op: K }>, Op] } = {
  "packets.block": [
    { op: "packets.block", at: store, traffic },
    { op: "packets.pass", at: store, traffic },
  ],
  "disk.limit": [
    { op: "disk.limit", at: place, volume: "data", writeIops: 20 },
    { op: "disk.restore", at: place, volume: "data" },
  ],
  "link.down": [
    { op: "link.down", at: store, network: "data" },
    { op: "link.up", at: store, network: "data" },
  ],
  "rate.limit": [
    { op: "rate.limit", at: store, network: "data", bitsPerSecond: 1e6 },
    { op: "rate.restore", at: store, network: "data" },
  ],
  "packets.disturb": [
    { op: "packets.disturb", at: store, network: "data", to: [{ component: "user" }], disturbance: { kind: "duplicate", percent: 50 } },
    { op: "packets.settle", at: store, network: "data" },
  ],
  "sync.delay": [
    { op: "sync.delay", at: place, delayMs: 100 },
    { op: "sync.pass", at: place },
  ],
  "sync.fail": [
    { op: "sync.fail", at: place, error: "EIO", every: 1 },
    { op: "sync.pass", at: place },
  ],
  // No busy processes: they would be real ones.
  "cpu.limit": [
    { op: "cpu.limit", at: place, cpus: 0.2, workers: 0 },
    { op: "cpu.restore", at: place },
  ],
  "memory.limit": [
    { op: "memory.limit", at: store, headroomBytes: 2 ** 24 },
    { op: "memory.restore", at: store },
  ],
  "process.stop": [
    { op: "process.stop", at: place },
    { op: "process.continue", at: place },
  ],
  "process.kill": [
    { op: "process.kill", at: place },
    { op: "process.ensure", at: place },
  ],
  "process.restart": [
    { op: "process.restart", at: place, signal: "TERM" },
    { op: "process.ensure", at: place },
  ],
};
export const kinds = Object.keys(ops) as readonly Kind[];

/** Those in which the op may write. */
export function hierarchiesOf(kind: Kind): readonly Hierarchy[] {
  if (kind === "disk.limit") return ["blkio"];
  if (kind === "cpu.limit") return ["cpu"];
  if (kind === "memory.limit") return ["memory"];
  // What comes back is put into the leaves of the one before it.
  return kind === "process.kill" || kind === "process.restart" ? ["blkio", "cpu"] : [];
}

export function changeOf(kind: Kind): Change {
  const [apply, undo] = ops[kind];
  return { id: "c1", fault: 0, apply, undo, holder: "keeper", startMs: 0, endMs: 1_000, leaseMs: 60_000 };
}
