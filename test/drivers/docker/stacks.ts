// Stacks for tests of the driver, from the toolbox image alone: nothing has to be built for them.
import type { Component, Stack } from "../../../src/model/stack.ts";

const server =
  'const net=require("node:net");net.createServer((s)=>s.on("error",()=>0).end("hello "+process.env.PLANEFAULT_COMPONENT)).listen(7000);console.log("listening")';

/** Starts `sleep`, and starts it again when it has ended. */
export const supervisor =
  'const start=()=>require("node:child_process").spawn("sleep",["3600"]).on("exit",()=>setTimeout(start,50));start();process.on("SIGTERM",()=>process.exit(0))';

export function component(name: string, more: Partial<Component> = {}): Component {
  return {
    name,
    service: name,
    index: 1,
    build: "./any",
    networks: ["data"],
    volumes: [],
    environment: {},
    command: ["/usr/local/bin/node", "-e", server],
    capabilities: [],
    healthcheck: undefined,
    processes: [],
    ...more,
  };
}

/** A server on two networks, a store with a volume and a process of its own, and two vantages. */
export const pair: Stack = {
  name: "pair",
  variant: undefined,
  description: "two containers",
  folder: ".",
  networks: ["data", "control"],
  components: [
    component("server", { networks: ["data", "control"] }),
    component("store", {
      networks: ["control"],
      command: ["/usr/local/bin/node", "-e", supervisor],
      volumes: [{ name: "data", path: "/data" }],
      processes: [{ name: "store", exe: "sleep" }],
    }),
  ],
  vantages: [{ name: "user", networks: ["data"] }],
  roles: [{ name: "speaker", of: "server", at: "server", exec: ["hostname"], expect: "server", bring: undefined }],
  edges: [],
};

/** As large as etcd-app: five components and two vantages on three networks. */
export const seven: Stack = {
  ...pair,
  name: "seven",
  networks: ["data", "control", "mgmt"],
  components: [1, 2, 3]
    .map((index) =>
      component(`store-${index}`, { service: "store", index, networks: ["control", "mgmt"], volumes: [{ name: "data", path: "/data" }] }),
    )
    .concat([1, 2].map((index) => component(`app-${index}`, { service: "app", index, networks: ["data", "control", "mgmt"] }))),
  vantages: [
    { name: "user", networks: ["data"] },
    { name: "admin", networks: ["mgmt", "control"] },
  ],
  roles: [],
};
