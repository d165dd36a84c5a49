// The etcd-app of the judge's journals: its stack, and who looks at it on which plane.
import type { ProbeInstance, SignalInstance } from "../../src/model/probe.ts";
import type { Stack } from "../../src/model/stack.ts";

const endpoint = (component: string, network: string, port: number) => ({ component, network, port });
const request = (component: string, network: string, port: number, path: string, method: "GET" | "PUT" = "GET") => ({
  endpoint: endpoint(component, network, port),
  method,
  path,
  body: undefined,
  expect: { status: undefined, body: undefined },
});

const component = (service: string, index: number, networks: readonly string[]): Stack["components"][number] => ({
  name: `${service}-${index}`,
  service,
  index,
  build: service,
  networks,
  volumes: [],
  environment: {},
  command: undefined,
  capabilities: [],
  healthcheck: undefined,
  processes: [],
});

export const stack: Stack = {
  name: "etcd-app",
  variant: undefined,
  description: "three etcd members and two app replicas",
  folder: "targets/etcd-app",
  networks: ["data", "control", "mgmt"],
  components: [1, 2, 3]
    .map((index) => component("etcd", index, ["control", "mgmt"]))
    .concat([1, 2].map((index) => component("app", index, ["data", "control", "mgmt"]))),
  vantages: [
    { name: "user", networks: ["data"] },
    { name: "admin", networks: ["mgmt", "control"] },
  ],
  roles: [],
  edges: [
    { from: "app-1", to: "etcd-1", port: 2379, network: "control" },
    { from: "app-2", to: "etcd-2", port: 2379, network: "control" },
    ...[1, 2, 3].flatMap((from) =>
      [1, 2, 3].filter((to) => to !== from).map((to) => ({ from: `etcd-${from}`, to: `etcd-${to}`, port: 2380, network: "control" })),
    ),
  ],
};

const both = (
  name: string,
  make: (component: string) => Omit<ProbeInstance, "instance" | "name" | "component">,
): readonly ProbeInstance[] => ["app-1", "app-2"].map((app) => ({ instance: `${name}@${app}`, name, component: app, ...make(app) }));

export const probes: readonly ProbeInstance[] = [
  ...both("item-read", (app) => ({
    vantage: "user",
    everyMs: 10,
    deadlineMs: 50,
    plane: "data",
    tolerance: 0.05,
    slowFloorMs: 25,
    measurement: { kind: "http", request: request(app, "data", 8080, "/items/1"), connection: "new" },
  })),
  ...both("put-flag", (app) => ({
    vantage: "admin",
    everyMs: 100,
    deadlineMs: 8_000,
    plane: "control",
    tolerance: 0.1,
    slowFloorMs: 10,
    measurement: { kind: "http", request: request(app, "control", 8081, "/flags/x", "PUT"), connection: "reused" },
  })),
  {
    instance: "flag-propagation",
    name: "flag-propagation",
    component: "app-2",
    vantage: "admin",
    everyMs: 200,
    deadlineMs: 8_000,
    plane: "control",
    tolerance: 0.1,
    slowFloorMs: 10,
    measurement: {
      kind: "heartbeat",
      write: request("app-1", "control", 8081, "/flags/n", "PUT"),
      read: request("app-2", "control", 8081, "/flags/n"),
      field: "n",
      pollMs: 20,
    },
  },
  ...["etcd-1", "etcd-2", "etcd-3"].map((etcd): ProbeInstance => ({
    instance: `ssh-banner@${etcd}`,
    name: "ssh-banner",
    component: etcd,
    vantage: "admin",
    everyMs: 50,
    deadlineMs: 500,
    plane: "management",
    tolerance: 0.05,
    slowFloorMs: 10,
    measurement: { kind: "tcp", endpoint: endpoint(etcd, "mgmt", 22), expect: "SSH-2.0" },
  })),
];

export const signals: readonly SignalInstance[] = [
  {
    instance: "etcd-health@etcd-1",
    name: "etcd-health",
    component: "etcd-1",
    vantage: "admin",
    everyMs: 500,
    deadlineMs: 2_000,
    request: request("etcd-1", "control", 2379, "/health"),
    healthy: { status: undefined, body: { health: "true" } },
  },
];
