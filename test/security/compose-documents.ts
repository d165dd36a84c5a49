// Valid Compose files that together have every string field of its schema.

/** In the two forms in which Compose takes most things. */
export const composeFiles = [
  {
    name: "shop",
    version: "3",
    services: {
      app: {
        image: "shop/app",
        deploy: { replicas: "2" },
        command: "serve now",
        entrypoint: ["/entry", "now"],
        environment: { MODE: "fast", EMPTY: null },
        env_file: "app.env",
        healthcheck: { test: "ask app", interval: "1m30s", timeout: "1s", start_period: "1s", start_interval: "1s", retries: "3" },
        volumes: ["data:/var/lib/app", "./conf:/conf"],
        secrets: ["token"],
        configs: [{ source: "conf", target: "conf.d" }],
        networks: { data: { aliases: ["shop"] }, mgmt: null },
        cap_add: ["NET_ADMIN"],
        cap_drop: ["MKNOD"],
        user: "app",
        working_dir: "/srv",
        hostname: "app",
        container_name: "the-app",
      },
      dns: {
        build: "./dns",
        networks: ["data"],
        command: ["serve", "names"],
        entrypoint: "/entry now",
        environment: ["MODE=fast"],
        scale: "1",
        env_file: ["app.env", { path: "app.env" }],
        depends_on: ["app"],
      },
      spare: { image: "spare", profiles: ["later"] },
    },
    networks: { data: { name: "wire" }, mgmt: null },
    volumes: { data: { name: "disk" } },
    secrets: { token: { file: "./token.txt", name: "t" } },
    configs: { conf: { file: "./conf", name: "c" } },
  },
  {
    services: {
      app: {
        build: { context: "./app", dockerfile: "Dockerfile", target: "run", args: { LEVEL: "high" } },
        scale: 2,
        healthcheck: { test: ["CMD", "ask", "app"] },
        volumes: [
          { type: "volume", source: "data", target: "/var/lib/app" },
          { type: "bind", source: "./conf", target: "/conf" },
        ],
        secrets: [{ source: "token", target: "/token" }],
        configs: ["conf"],
        networks: ["data", "mgmt"],
        user: 1000,
      },
      dns: {
        build: { context: "./dns", args: ["LEVEL=low"] },
        networks: ["data"],
        depends_on: { app: { condition: "service_healthy" } },
        environment: { LEVEL: 1, ON: true },
      },
    },
    networks: { data: null, mgmt: null },
    volumes: { data: null },
    secrets: { token: { file: "./token.txt" } },
    configs: { conf: { file: "./conf" } },
  },
];
