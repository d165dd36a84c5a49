// A small target and experiments around it, for the tests of files, faults, probes and plan.
import { loadExperiment, type LoadedExperiment } from "../../src/files/load-experiment.ts";
import { loadTarget, type Target } from "../../src/files/load-target.ts";
import { formatProblem, type Problem } from "../../src/model/problem.ts";
import type { Facts } from "../../src/plan/facts.ts";
import { plan, type Planned } from "../../src/plan/plan.ts";
import type { Plan } from "../../src/model/plan.ts";

export const targetText = `version: 1
description: members behind an application
networks: { data: {}, control: {}, mgmt: {} }
services:
  etcd:
    build: ./etcd
    deploy: { replicas: 3 }
    networks: [control, mgmt]
    volumes: ["data:/var/lib/etcd"]
    healthcheck: { test: [CMD, etcdctl, endpoint, health] }
    x-processes: { etcd: etcd, sshd: sshd, lone: lone }
    x-supervised: [etcd, sshd]
  app: { build: ./app, networks: [data, control, mgmt], environment: { MODE: cached, LIMIT: 7 } }
vantages: { user: { networks: [data] }, admin: { networks: [mgmt, control] } }
roles: { leader: { of: etcd, exec: [etcd-role], expect: leader, at: etcd-2 } }
edges: ["user -> app:8080 on data", "app -> etcd-1:2379 on control", "etcd <-> etcd:2380 on control"]
variants: { slow: { description: another, services: { app: { environment: { MODE: slow } } } } }
probes:
  item-read: { plane: data, kind: http, from: user, to: app, url: "http://app:8080/items/1", every: 10ms, deadline: 50ms, tolerance: 5% }
  put: { plane: control, kind: http, from: admin, to: etcd, method: PUT, url: "http://etcd:2379/x", every: 100ms, deadline: 8s, tolerance: 10% }
  beat: { plane: control, kind: heartbeat, from: admin, to: app, write: { to: etcd-1, url: "http://etcd:2379/{n}" }, read: { url: "http://app:8080/n" }, field: value, poll: 20ms, every: 200ms, deadline: 5s, tolerance: 10% }
  ssh: { plane: management, kind: ssh, from: admin, to: etcd, run: ["true"], every: 500ms, deadline: 2s, tolerance: 30% }
signals:
  health: { kind: http, from: admin, to: etcd, url: "http://etcd:2379/health", deadline: 2s, healthy: { body: { health: "true" } } }
`;

export const experimentText = (
  parts: { readonly faults?: string; readonly predict?: string; readonly phases?: string; readonly more?: string } = {},
): string => `version: 1
title: an example
target: example
phases: ${parts.phases ?? "{ baseline: 5s, fault: 10s, recovery: 10s }"}
faults: ${parts.faults ?? "[]"}
predict: ${parts.predict ?? "{}"}
${parts.more ?? ""}
`;

const fail = (problems: readonly Problem[]): never => {
  throw new Error(problems.map(formatProblem).join("\n"));
};

export function exampleTarget(text: string = targetText, variant?: string): Target {
  const loaded = loadTarget("target.yaml", text, { name: "example", folder: "/targets/example", variant });
  return loaded.ok ? loaded.target : fail(loaded.problems);
}

export const load = (text: string, target: string = targetText) =>
  loadExperiment("example.yaml", text, (name) =>
    name === "example"
      ? { ok: true, name, file: "target.yaml", folder: "/targets/example", text: target }
      : { ok: false, known: ["example"] },
  );

function exampleExperiment(text: string, target?: string): LoadedExperiment {
  const loaded = load(text, target);
  return loaded.ok ? loaded.experiment : fail(loaded.problems);
}

export function planned(parts: Parameters<typeof experimentText>[0], facts?: Facts, target?: string): Planned {
  const experiment = exampleExperiment(experimentText(parts), target);
  return plan(experiment, experiment.target, facts);
}

export function examplePlan(parts: Parameters<typeof experimentText>[0]): Plan {
  const result = planned(parts);
  return result.ok ? result.plan : fail(result.problems);
}

export const codesOf = (result: { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] }): readonly string[] =>
  result.ok ? [] : result.problems.map((problem) => problem.code);
