// A plan by hand: three etcd members, two replicas of an application, two vantages, probes on all planes. Tests of `run` and of the simulator start from it.
import { hidden } from "../../src/model/hidden.ts";
import type { Change, Op } from "../../src/model/op.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { HttpRequest, ProbeInstance, SignalInstance } from "../../src/model/probe.ts";
import type { Component, Stack } from "../../src/model/stack.ts";
import type { Witness } from "../../src/model/witness.ts";
import { barePlan } from "../model/bare-plan.ts";

const member = (index: number): Component => ({
  name: `etcd-${index}`,
  service: "etcd",
  index,
  build: "./etcd",
  networks: ["control", "mgmt"],
  volumes: [{ name: "data", path: "/var/lib/etcd" }],
  environment: {},
  command: undefined,
  capabilities: [],
  healthcheck: undefined,
  processes: [
    { name: "etcd", exe: "/usr/bin/etcd" },
    { name: "sshd", exe: "/usr/sbin/sshd" },
  ],
});
const replica = (index: number, mode: string): Component => ({
  ...member(index),
  name: `app-${index}`,
  service: "app",
  build: "./app",
  networks: ["data", "control", "mgmt"],
  volumes: [],
  environment: hidden({ APP_MODE: mode }),
  processes: [{ name: "app", exe: "/usr/bin/node" }],
});

export const sampleStack = (mode = "cached"): Stack => ({
  name: "etcd-app",
  variant: undefined,
  description: "sample",
  folder: "targets/etcd-app",
  networks: ["data", "control", "mgmt"],
  components: [member(1), member(2), member(3), replica(1, mode), replica(2, mode)],
  vantages: [
    { name: "user", networks: ["data"] },
    { name: "admin", networks: ["mgmt", "control"] },
  ],
  roles: [{ name: "leader", of: "etcd", at: "etcd-1", exec: ["etcd-role"], expect: "leader", bring: undefined }],
  edges: [
    { from: "user", to: "app-1", port: 8080, network: "data" },
    { from: "app-1", to: "etcd-1", port: 2379, network: "control" },
    { from: "app-2", to: "etcd-2", port: 2379, network: "control" },
    { from: "etcd-1", to: "etcd-2", port: 2380, network: "control" },
    { from: "etcd-2", to: "etcd-3", port: 2380, network: "control" },
  ],
});

const request = (component: string, network: string, port: number, method: "GET" | "PUT", path: string): HttpRequest => ({
  endpoint: { component, network, port },
  method,
  path,
  body: undefined,
  expect: { status: undefined, body: undefined },
});
const probes = (): readonly ProbeInstance[] => [
  ...[1, 2].flatMap((n): ProbeInstance[] => [
    {
      instance: `item-read@app-${n}`,
      name: "item-read",
      component: `app-${n}`,
      vantage: "user",
      plane: "data",
      everyMs: 50,
      deadlineMs: 100,
      tolerance: 0.05,
      slowFloorMs: 25,
      measurement: { kind: "http", connection: "new", request: request(`app-${n}`, "data", 8080, "GET", "/items/1") },
    },
    {
      instance: `put-flag@app-${n}`,
      name: "put-flag",
      component: `app-${n}`,
      vantage: "admin",
      plane: "control",
      everyMs: 100,
      deadlineMs: 8_000,
      tolerance: 0.1,
      slowFloorMs: 25,
      measurement: { kind: "http", connection: "new", request: request(`app-${n}`, "control", 8081, "PUT", "/flags/x") },
    },
  ]),
  {
    instance: "flag-propagation",
    name: "flag-propagation",
    component: "app-2",
    vantage: "admin",
    plane: "control",
    everyMs: 500,
    deadlineMs: 5_000,
    tolerance: 0.3,
    slowFloorMs: 100,
    measurement: {
      kind: "heartbeat",
      write: request("app-1", "control", 8081, "PUT", "/flags/n?{n}"),
      read: request("app-2", "control", 8081, "GET", "/flags/n"),
      field: "n",
      pollMs: 20,
    },
  },
  ...[1, 2, 3].map((n): ProbeInstance => ({
    instance: `ssh-banner@etcd-${n}`,
    name: "ssh-banner",
    component: `etcd-${n}`,
    vantage: "admin",
    plane: "management",
    everyMs: 100,
    deadlineMs: 500,
    tolerance: 0.05,
    slowFloorMs: 50,
    measurement: { kind: "tcp", endpoint: { component: `etcd-${n}`, network: "mgmt", port: 22 }, expect: "SSH-2.0" },
  })),
  {
    instance: "ssh-exec@etcd-1",
    name: "ssh-exec",
    component: "etcd-1",
    vantage: "admin",
    plane: "management",
    everyMs: 500,
    deadlineMs: 2_000,
    tolerance: 0.3,
    slowFloorMs: 100,
    measurement: { kind: "ssh", endpoint: { component: "etcd-1", network: "mgmt", port: 22 }, run: ["true"], expect: undefined },
  },
];
const signals = (): readonly SignalInstance[] =>
  [1, 2, 3].map((n) => ({
    instance: `etcd-health@etcd-${n}`,
    name: "etcd-health",
    component: `etcd-${n}`,
    vantage: "admin",
    everyMs: 500,
    deadlineMs: 2_000,
    request: request(`etcd-${n}`, "control", 2379, "GET", "/health"),
    healthy: { status: undefined, body: { health: "true" } },
  }));

export type Broken = Pick<Change, "apply" | "undo" | "holder"> & { readonly startMs?: number; readonly endMs?: number };

export const slowDisk = (component: string, writeIops: number): Broken => {
  const at = { component };
  return { apply: { op: "disk.limit", at, volume: "data", writeIops }, undo: { op: "disk.restore", at, volume: "data" }, holder: "keeper" };
};
export const stopped = (component: string): Broken => ({
  apply: { op: "process.stop", at: { component } },
  undo: { op: "process.continue", at: { component } },
  holder: "agent",
});
export const killed = (component: string, process = "etcd"): Broken => ({
  apply: { op: "process.kill", at: { component, process } },
  undo: { op: "process.ensure", at: { component, process } },
  holder: "agent",
});
export const lost = (
  from: string,
  to: string,
  network: string,
  percent: number,
  port?: number,
  action: "drop" | "reject" = "drop",
): Broken => {
  const at = { component: to };
  const traffic = {
    from: { component: from },
    network,
    protocol: "any" as const,
    ...(port !== undefined && { port }),
    flows: "all" as const,
    action,
    percent,
  };
  return { apply: { op: "packets.block", at, traffic }, undo: { op: "packets.pass", at, traffic }, holder: "kernel" };
};

export function samplePlan(broken: readonly Broken[], changes: Partial<Plan> = {}): Plan {
  const phases = changes.phases ?? { baselineMs: 10_000, faultMs: 20_000, recoveryMs: 20_000 };
  const planned = broken.map((one, index): Change => ({
    startMs: 0,
    endMs: phases.faultMs,
    ...one,
    id: `c${index + 1}`,
    fault: 0,
    leaseMs: phases.faultMs + 2_000,
  }));
  return {
    ...barePlan(sampleStack()),
    title: "sample",
    file: "sample.yaml",
    phases,
    changes: planned,
    witnesses: planned.map(witnessOf),
    probes: probes(),
    signals: signals(),
    ...changes,
  };
}

function witnessOf({ id, apply }: { readonly id: string; readonly apply: Op }): Witness {
  const common = { id: `w-${id}`, changes: [id], at: apply.at };
  if ("traffic" in apply) return { kind: "packets", ...common, traffic: apply.traffic, everyMs: 20 };
  if (apply.op === "disk.limit") return { kind: "disk", ...common, volume: apply.volume, writeIops: apply.writeIops };
  if (apply.op === "process.kill") return { kind: "life", ...common, asked: "down" };
  return { kind: "process", ...common };
}
