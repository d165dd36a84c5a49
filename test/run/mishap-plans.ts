// One plan in which every fault kind occurs, at times that overlap, on a stack that is as small as that allows.
import { loadExperiment } from "../../src/files/load-experiment.ts";
import { formatProblem } from "../../src/model/problem.ts";
import type { Plan } from "../../src/model/plan.ts";
import { plan } from "../../src/plan/plan.ts";

const targetText = `version: 1
description: three members behind an application
networks: { data: {}, control: {}, mgmt: {} }
services:
  etcd:
    build: ./etcd
    deploy: { replicas: 3 }
    networks: [control, mgmt]
    volumes: ["data:/var/lib/etcd"]
    healthcheck: { test: [CMD, "true"] }
    x-processes: { etcd: etcd, sshd: sshd, clerk: clerk }
    x-supervised: [sshd]
  app: { build: ./app, networks: [data, control, mgmt], environment: { MODE: cached, APP_FILE_MIB: 64 }, x-processes: { app: app } }
vantages: { user: { networks: [data] }, admin: { networks: [mgmt, control] } }
edges: ["user -> app:8080 on data", "app -> etcd-1:2379 on control", "etcd <-> etcd:2380 on control"]
probes:
  read: { plane: data, kind: http, from: user, to: app, url: "http://app:8080/items/1", every: 100ms, deadline: 400ms, tolerance: 20% }
  put: { plane: control, kind: http, from: admin, to: app, network: control, method: PUT, url: "http://app:8081/x", every: 250ms, deadline: 2s, tolerance: 20% }
`;

const faults = [
  "{ kind: noop }",
  "{ kind: net.loss, on: app, to: user, percent: 100, direction: in }",
  "{ kind: net.partition, on: etcd-2, from: etcd-3, network: control, direction: in, at: 1s, for: 3s }",
  "{ kind: net.rate, on: app, network: mgmt, rate: 1mbit }",
  "{ kind: net.delay, on: app, to: user, delay: 100ms }",
  "{ kind: net.jitter, on: app, to: etcd-3, network: control, jitter: 100ms, at: 1s, for: 4s }",
  "{ kind: net.duplicate, on: etcd-3, to: app, network: control, percent: 50 }",
  "{ kind: net.reorder, on: etcd-1, to: admin, network: mgmt, percent: 40, for: 5s }",
  "{ kind: link.down, on: etcd-3, network: mgmt, at: 2s, for: 4s }",
  "{ kind: link.flap, on: etcd-2, network: mgmt, down: 300ms, up: 700ms }",
  "{ kind: port.block, on: app, port: 9090, from: admin, network: control }",
  "{ kind: ssh.block, on: etcd-1, from: admin, network: mgmt, for: 5s }",
  "{ kind: dns.block, on: app, from: user }",
  "{ kind: disk.throttle, on: etcd-1/etcd, writeIops: 20 }",
  "{ kind: disk.delay, on: etcd-2/etcd, delay: 300ms, at: 1s, for: 5s }",
  "{ kind: disk.error, on: etcd-3/clerk, error: EIO }",
  "{ kind: cpu.pressure, on: app, cpus: 0.2, at: 500ms }",
  "{ kind: memory.pressure, on: app, headroom: 16MiB }",
  "{ kind: process.pause, on: etcd-2/clerk, at: 2s, for: 3s }",
  "{ kind: process.kill, on: etcd-1/sshd, for: 5s }",
  "{ kind: process.restart, on: etcd-2/sshd, at: 3s, for: 3s }",
];

/** `reads` is what is predicted of the users: "failing" is right, "none" is wrong. */
export function planOfAllFaults(reads: "failing" | "none"): Plan {
  const text = `version: 1
title: everything at once
target: all
phases: { baseline: 6s, fault: 8s, recovery: 5s }
faults: [ ${faults.join(", ")} ]
predict: { planes: { data: [{ probe: read, symptom: ${reads} }] } }
`;
  const loaded = loadExperiment("all.yaml", text, (name) => ({ ok: true, name, file: "target.yaml", folder: "/all", text: targetText }));
  const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
  if (!planned.ok) throw new Error(planned.problems.map(formatProblem).join("\n"));
  return planned.plan;
}
