// Stacks of many sizes with faults planted in them, for properties of the diagnosis: what was planted is known, and the diagnosis is not told.
import { loadExperiment } from "../../../src/files/load-experiment.ts";
import { loadTarget } from "../../../src/files/load-target.ts";
import type { Random } from "../../../src/model/clock.ts";
import type { Plan, Root } from "../../../src/model/plan.ts";
import { type Plane, planes } from "../../../src/model/plane.ts";
import { formatProblem, type Problem } from "../../../src/model/problem.ts";
import { plan } from "../../../src/plan/plan.ts";

interface Size {
  readonly members: number;
  readonly applications: number;
  readonly readThrough: boolean;
}

export interface Planted {
  readonly fault: string;
  readonly plane: Plane;
  /** Undefined: a way, so no component is to be blamed. */
  readonly component: string | undefined;
}

const pick = <Item>(random: Random, items: readonly [Item, ...Item[]]): Item => items[Math.floor(random() * items.length)] ?? items[0];

export const sizeOf = (random: Random): Size => ({
  members: pick(random, [3, 3, 5]),
  applications: pick(random, [1, 2, 3]),
  readThrough: random() < 0.3,
});

/** Names as the target has them: a service of one replica is its own. */
const replica = (service: string, count: number, index: number): string => (count === 1 ? service : `${service}-${index}`);

export function plant(plane: Plane, { applications }: Size, random: Random): Planted {
  const app = replica("app", applications, 1 + Math.floor(random() * applications));
  switch (plane) {
    case "data":
      return {
        plane,
        component: undefined,
        fault: `{ kind: net.loss, on: app, to: user, percent: ${pick(random, [20, 30, 60, 100])} }`,
      };
    case "control": {
      const one = `etcd-${1 + Math.floor(random() * applications)}`;
      return pick(random, [
        { plane, component: "etcd", fault: `{ kind: disk.throttle, on: etcd, writeIops: ${pick(random, [2, 10, 20])} }` },
        { plane, component: one, fault: `{ kind: disk.throttle, on: ${one}, writeIops: 2 }` },
        { plane, component: one, fault: `{ kind: process.pause, on: ${one} }` },
      ]);
    }
    case "management": {
      const component = pick(random, ["etcd", "etcd-1", "etcd-2", "app", app]);
      return { plane, component, fault: `{ kind: ssh.block, on: ${component}, from: admin, network: mgmt }` };
    }
  }
}

/** Two planes, or one. */
export const planesFor = (count: 1 | 2, random: Random): readonly Plane[] => {
  const first = Math.floor(random() * planes.length);
  const second = (first + 1 + Math.floor(random() * (planes.length - 1))) % planes.length;
  return planes.filter((_, index) => index === first || (count === 2 && index === second));
};

const targetText = ({ members, applications, readThrough }: Size): string => `version: 1
description: members behind applications
networks: { data: {}, control: {}, mgmt: {} }
services:
  etcd: { build: ./etcd, deploy: { replicas: ${members} }, networks: [control, mgmt], volumes: ["data:/var/lib/etcd"], healthcheck: { test: [CMD, "true"] }, x-processes: { etcd: etcd, sshd: sshd } }
  app: { build: ./app, deploy: { replicas: ${applications} }, networks: [data, control, mgmt], environment: { MODE: ${readThrough ? "read-through" : "cached"} }, x-processes: { app: app, sshd: sshd } }
vantages: { user: { networks: [data] }, admin: { networks: [mgmt, control] } }
edges:
${Array.from({ length: applications }, (_, index) => `  - "${replica("app", applications, index + 1)} -> etcd-${index + 1}:2379 on control"`).join("\n")}
  - "etcd <-> etcd:2380 on control"
probes:
  item-read: { plane: data, kind: http, from: user, to: app, network: data, url: "http://app:8080/items/1", every: 50ms, deadline: 200ms, connection: new, tolerance: 5%, slowFloor: 50ms }
  put-flag: { plane: control, kind: http, from: admin, to: app, network: control, method: PUT, url: "http://app:8081/flags/x", every: 100ms, deadline: 8s, tolerance: 10%, slowFloor: 100ms }
  ssh-banner: { plane: management, kind: tcp, from: admin, to: etcd, network: mgmt, port: 22, expect: SSH-2.0, every: 250ms, deadline: 1s, tolerance: 10%, slowFloor: 200ms }
  ssh-banner-app: { plane: management, kind: tcp, from: admin, to: app, network: mgmt, port: 22, expect: SSH-2.0, every: 250ms, deadline: 1s, tolerance: 10%, slowFloor: 200ms }
signals:
  etcd-health: { kind: http, from: admin, to: etcd, network: mgmt, url: "http://etcd:2379/health", every: 500ms, deadline: 10s, healthy: { status: 200 } }
  app-healthz: { kind: http, from: admin, to: app, network: mgmt, url: "http://app:8081/healthz", every: 500ms, deadline: 2s, healthy: { status: 200 } }
`;

const orThrow = (problems: readonly Problem[]): never => {
  throw new Error(problems.map(formatProblem).join("\n"));
};

export function planOf(size: Size, planted: readonly Planted[]): Plan {
  const text = `version: 1\ntitle: planted\ntarget: planted\nphases: { baseline: 10s, fault: 10s, recovery: 20s }\nfaults: [ ${planted.map(({ fault }) => fault).join(", ")} ]\npredict: {}\n`;
  const target = loadTarget("target.yaml", targetText(size), { name: "planted", folder: "/planted" });
  if (!target.ok) return orThrow(target.problems);
  const loaded = loadExperiment("planted.yaml", text, (name) => ({
    ok: true,
    name,
    file: "target.yaml",
    folder: "/planted",
    text: targetText(size),
  }));
  if (!loaded.ok) return orThrow(loaded.problems);
  const planned = plan(loaded.experiment, target.target);
  return planned.ok ? planned.plan : orThrow(planned.problems);
}

/** Every root that is named was planted; a component may be named as its service, or not at all. */
export const isHonest = (roots: readonly Root[], planted: readonly Planted[]): boolean =>
  roots.every(({ root, component }) =>
    planted.some(
      (one) =>
        one.plane === root &&
        (component === undefined || component === one.component || one.component?.startsWith(`${component}-`) === true),
    ),
  );
