// Valid files that together have every string field of the experiment's, the target's and the Compose file's schema; payloads.test.ts finds the field that none of them has.

const phases = { baseline: "10s", fault: "60s", recovery: "60s" };
const probe = {
  plane: "data",
  from: "user",
  to: "app",
  via: "app-1",
  every: "100ms",
  deadline: "1s",
  tolerance: "50%",
  slowFloor: "10ms",
  network: "data",
};
const about = { ...probe, via: undefined };
const json = { a: "b", c: { d: "e" } };

const services = {
  app: {
    build: "./app",
    deploy: { replicas: 2 },
    networks: ["data", "mgmt"],
    volumes: ["data:/var/lib/app"],
    environment: { MODE: "cached" },
    command: ["serve", "now"],
    cap_add: ["NET_ADMIN"],
    healthcheck: { test: ["CMD", "ask", "app"], interval: "500ms", timeout: "5s", retries: 3 },
    "x-processes": { app: "app" },
    "x-supervised": ["app"],
    "x-metrics": { port: 9000, path: "/metrics", histograms: { latency: "app_latency_seconds" } },
  },
  dns: { build: "./dns", networks: ["data"] },
};

const probes = {
  get: {
    ...probe,
    kind: "http",
    url: "http://app:8080/items",
    method: "POST",
    body: "said",
    expect: { status: 200, body: json },
    connection: "new",
  },
  bare: { ...about, kind: "http", url: "http://app:8080/", expect: { body: "word" } },
  connect: { ...probe, kind: "tcp", port: 22, send: "PING", expect: "PONG" },
  datagram: { ...probe, kind: "udp", port: 53, send: "ping {n}", expect: "pong {n}" },
  echo: { ...probe, kind: "icmp" },
  name: { ...probe, kind: "dns", name: "www.example.org", type: "A", expect: "app" },
  names: { ...probe, kind: "dns", name: "www.example.org", expect: ["app", "10.0.0.1"] },
  greeting: { ...about, plane: "management", kind: "tcp", port: 22 },
  login: { ...probe, plane: "management", kind: "ssh", run: ["printf", "word"], expect: "word" },
  run: { ...probe, kind: "exec", run: ["ask", "{address}"], expect: json },
  put: { ...about, plane: "control", kind: "http", url: "http://app:8080/flag", method: "PUT" },
  beat: {
    ...probe,
    plane: "control",
    kind: "heartbeat",
    write: { to: "app-1", network: "data", method: "PUT", url: "http://app:8080/n", body: "{n}", expect: { status: 200, body: json } },
    read: { url: "http://app:8080/n", expect: { status: 200, body: json } },
    field: "value",
    poll: "20ms",
  },
};

const common = {
  version: 1,
  description: "an application and its names",
  vantages: { user: { networks: ["data", "mgmt"] } },
  probes,
  signals: {
    health: {
      kind: "http",
      from: "user",
      to: "app",
      via: "app-1",
      url: "http://app:8080/health",
      every: "500ms",
      deadline: "1s",
      healthy: { status: 200, body: json },
      alsoAbout: ["login"],
      network: "data",
    },
  },
  allow: ["app", "dns"],
};
/** Of a load at a rate, and of one by a script; a target may say both. */
const rate = {
  from: "user",
  to: "app",
  network: "data",
  url: "http://app:8080/load",
  method: "PUT",
  body: "said",
  expect: { body: json },
  connection: "reused",
  deadline: "100ms",
  tolerance: "50%",
  slowFloor: "5ms",
};
const script = { from: "user", hosts: { "shop.example.com": "app-1:8080" }, environment: { USERS: "few" } };

export const target = {
  ...common,
  networks: { data: {}, mgmt: {} },
  services,
  roles: { leader: { of: "app", exec: ["role", "app"], expect: "leader", at: "app-1", bring: ["lead", "app"] } },
  edges: ["user -> app:8080 on data"],
  variants: {
    slow: {
      description: "slower",
      services: { app: { environment: { MODE: "slow" }, command: ["serve", "slowly"] } },
      edges: ["user -> app:8080 on data"],
    },
  },
  load: { ...rate, ...script },
};

export const composedTarget = {
  ...common,
  vantages: { user: { networks: ["data", "mgmt"] } },
  compose: "./compose.yaml",
  images: { "shop/app": "./app" },
  overrides: {
    services: {
      app: {
        environment: { MODE: "cached" },
        command: ["serve", "now"],
        healthcheck: { test: ["CMD", "ask", "app"], interval: "500ms", timeout: "5s" },
        "x-processes": { app: "app" },
        "x-supervised": ["app"],
        "x-metrics": { port: 9000, path: "/metrics", histograms: { latency: "app_latency_seconds" } },
      },
      dns: { depends_on: { app: { condition: "service_started" } } },
    },
  },
};

const attachedServices = {
  app: {
    networks: ["data", "mgmt"],
    deploy: { replicas: 2 },
    labels: { "com.example.role": "app" },
    "x-processes": { app: "app" },
    "x-supervised": ["app"],
    "x-metrics": { port: 9000, path: "/metrics", histograms: { latency: "app_latency_seconds" } },
  },
  dns: { networks: ["data"], labels: { "com.example.role": "dns" } },
};
/** By a Compose project, and by labels. Nobody logs in there. */
export const attachedTargets: readonly object[] = [{ project: "shop" }, { labels: { "com.example.stack": "shop" } }].map((attach) => ({
  ...common,
  probes: { get: probes.get, greeting: probes.greeting },
  signals: { health: { ...common.signals.health, alsoAbout: ["greeting"] } },
  attach,
  networks: { data: { name: "shop-data" }, mgmt: { name: "shop-mgmt" } },
  services: attachedServices,
}));

const base = {
  version: 1,
  title: "what breaks",
  target: "t",
  variant: "slow",
  tags: ["night"],
  phases,
  faults: [] as object[],
  predict: {},
};
const times = { at: "1s", for: "20s" };
const closed = { on: "app", from: "user", network: "data", flows: "new", action: "drop", ...times };

const faults: readonly object[] = [
  { kind: "noop", ...times },
  { kind: "net.loss", on: "app", to: "dns", percent: 50, direction: "in", flows: "new", network: "data", ...times },
  { kind: "net.partition", on: "app", from: "dns", direction: "in", network: "data", ...times },
  { kind: "net.partition", on: ["app"], from: ["dns"] },
  { kind: "net.rate", on: "app", network: "data", rate: "500kbit", ...times },
  { kind: "net.delay", on: "app", to: "dns", delay: "100ms", network: "data", ...times },
  { kind: "net.jitter", on: "app", to: "dns", jitter: "100ms", delay: "100ms", network: "data", ...times },
  { kind: "net.duplicate", on: "app", to: "dns", percent: 50, network: "data", ...times },
  { kind: "net.reorder", on: "app", to: "dns", percent: 50, delay: "100ms", network: "data", ...times },
  { kind: "link.down", on: "app", network: "data", ...times },
  { kind: "link.flap", on: "app", network: "data", down: "1s", up: "1s", ...times },
  { kind: "port.block", port: 8080, protocol: "tcp", ...closed },
  { kind: "ssh.block", ...closed },
  { kind: "dns.block", ...closed },
  { kind: "disk.throttle", on: "app", writeIops: 20, volume: "data", ...times },
  { kind: "disk.delay", on: "app/app", delay: "100ms", ...times },
  { kind: "disk.error", on: "app", error: "EIO", ...times },
  { kind: "cpu.pressure", on: "app", cpus: 0.2, ...times },
  { kind: "memory.pressure", on: "app", headroom: "16MiB", ...times },
  { kind: "process.pause", on: "app", ...times },
  { kind: "process.kill", on: "app", ...times },
  { kind: "process.restart", on: "app", signal: "TERM", ...times },
];

const line = {
  probe: "get",
  symptom: "slow",
  atLeast: "2x",
  within: "5s",
  after: "1s",
  before: "40s",
  outage: { atLeast: "1s", atMost: "30s" },
};

export const experiments: readonly object[] = [
  ...faults.map((fault) => ({ ...base, faults: [fault] })),
  {
    ...base,
    predict: {
      planes: {
        data: "unaffected",
        control: [{ ...line, probe: "beat" }],
        management: { only: true, symptoms: [{ ...line, probe: "login" }] },
      },
      signals: { health: { claims: "healthy", during: "fault", within: "5s" } },
      recovery: { within: "20s" },
      diagnosis: { root: "control", component: "app" },
    },
    abort: [{ probe: "get", failing: "50%", for: "5s" }],
    expect: { verdict: "refuted", because: "get slow" },
  },
  {
    ...base,
    predict: {
      planes: { data: [line], control: "unaffected", management: "unaffected" },
      signals: { health: [{ claims: "healthy", during: "fault", within: "5s" }] },
      diagnosis: [
        { root: "control", component: "app" },
        { root: "data", component: "dns" },
      ],
    },
    expect: { verdict: "refuted", because: ["get slow"] },
  },
  {
    ...base,
    predict: {
      planes: {
        data: { only: true, symptoms: [line] },
        control: { only: true, symptoms: [{ ...line, probe: "beat" }] },
        management: [{ ...line, probe: "login" }],
      },
      diagnosis: "abstained",
    },
  },
  { ...base, load: { kind: "k6", rate: "50/s", ...rate } },
  { ...base, load: { kind: "k6", script: "./users.js", ...script } },
];
