// The changes and witnesses of the World contract: places that every stack of it has.
import type { Change, Disturbance, Op, Traffic } from "../../src/model/op.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { Stack } from "../../src/model/stack.ts";
import type { Witness } from "../../src/model/witness.ts";
import { barePlan } from "../model/bare-plan.ts";

export const store = { component: "store", process: "store" } as const;
const server = { component: "server" } as const;
const traffic: Traffic = { from: { component: "user" }, network: "data", protocol: "any", flows: "all", action: "drop", percent: 100 };

export const packets = (leaseMs: number, id = "c1", more: Partial<Traffic> = {}): Change => {
  const chosen = { ...traffic, ...more };
  return change(
    id,
    { op: "packets.block", at: server, traffic: chosen },
    { op: "packets.pass", at: server, traffic: chosen },
    "kernel",
    leaseMs,
  );
};
export const disk = change(
  "c1",
  { op: "disk.limit", at: store, volume: "data", writeIops: 37 },
  { op: "disk.restore", at: store, volume: "data" },
  "keeper",
  20_000,
);
export const hold = change("c1", { op: "sync.delay", at: store, delayMs: 300 }, { op: "sync.pass", at: store }, "agent", 20_000);
export const failing = change(
  "c1",
  { op: "sync.fail", at: store, error: "EIO", every: 1 },
  { op: "sync.pass", at: store },
  "agent",
  20_000,
);
export const squeeze = change(
  "c1",
  { op: "cpu.limit", at: store, cpus: 0.2, workers: 1 },
  { op: "cpu.restore", at: store },
  "keeper",
  20_000,
);
export const starve = change(
  "c1",
  { op: "memory.limit", at: { component: "store" }, headroomBytes: 16 * 2 ** 20 },
  { op: "memory.restore", at: { component: "store" } },
  "keeper",
  20_000,
);
export const kill = change("c1", { op: "process.kill", at: store }, { op: "process.ensure", at: store }, "agent", 20_000);
export const restart = change(
  "c1",
  { op: "process.restart", at: store, signal: "TERM" },
  { op: "process.ensure", at: store },
  "agent",
  20_000,
);
export const pause = (leaseMs = 20_000): Change =>
  change("c1", { op: "process.stop", at: store }, { op: "process.continue", at: store }, "agent", leaseMs);

export const link = change(
  "c1",
  { op: "link.down", at: server, network: "data" },
  { op: "link.up", at: server, network: "data" },
  "agent",
  20_000,
);
export const flap = change(
  "c1",
  { op: "link.down", at: server, network: "data", flap: { downMs: 300, upMs: 700 } },
  { op: "link.up", at: server, network: "data" },
  "agent",
  20_000,
);
export const rate = change(
  "c1",
  { op: "rate.limit", at: server, network: "data", bitsPerSecond: 1e6 },
  { op: "rate.restore", at: server, network: "data" },
  "agent",
  20_000,
);
export const disturb = (disturbance: Disturbance, leaseMs = 20_000): Change =>
  change(
    "c1",
    { op: "packets.disturb", at: server, network: "data", to: [{ component: "user" }], disturbance },
    { op: "packets.settle", at: server, network: "data" },
    "agent",
    leaseMs,
  );

function change(id: string, apply: Op, undo: Op, holder: Change["holder"], leaseMs: number): Change {
  return { id, fault: 0, apply, undo, holder, startMs: 0, endMs: 1_000, leaseMs };
}

export const contractPlan = (stack: Stack, changes: readonly Change[], witnesses: readonly Witness[]): Plan => ({
  ...barePlan(stack),
  changes,
  witnesses,
});

export const pauseWitness: Witness = { kind: "process", id: "w1", changes: ["c1"], at: store };
export const packetsWitness: Witness = { kind: "packets", id: "w1", changes: ["c1"], at: server, traffic, everyMs: 20 };

const seenFrom = { id: "w1", changes: ["c1"], at: server, network: "data", peer: { component: "user" } } as const;
export const rateWitness: Witness = { kind: "rate", ...seenFrom, bitsPerSecond: 1e6 };
export const linkWitness: Witness = { kind: "link", ...seenFrom, flap: undefined };
export const disturbanceWitness = (disturbance: Disturbance): Extract<Witness, { readonly kind: "disturbance" }> => ({
  kind: "disturbance",
  ...seenFrom,
  bystander: { component: "store" },
  disturbance,
  everyMs: 20,
});
