import { expect } from "chai";
import { answererOf, pathOf } from "../../src/judge/paths.ts";
import { suspectsOf, byBlame } from "../../src/judge/suspects.ts";
import type { Measurement, ProbeInstance } from "../../src/model/probe.ts";
import type { Component, Stack } from "../../src/model/stack.ts";
import { stack as etcdApp } from "./etcd-app.ts";

const [some] = etcdApp.components;
if (!some) throw new Error("the stack has components");
const component = (name: string): Component => ({ ...some, name, service: name, networks: ["data", "control"] });
const stack: Stack = {
  ...etcdApp,
  networks: ["data", "control"],
  components: ["web", "names", "upstream"].map(component),
  vantages: [{ name: "user", networks: ["data"] }],
  edges: [{ from: "names", to: "upstream", port: 53, network: "control" }],
};
const probe = (name: string, to: string, measurement: Measurement): ProbeInstance => ({
  instance: name,
  name,
  component: to,
  vantage: "user",
  everyMs: 50,
  deadlineMs: 500,
  plane: "data",
  tolerance: 0.1,
  slowFloorMs: 10,
  measurement,
});
const at = (to: string, port: number) => ({ component: to, network: "data", port });
const request = {
  endpoint: at("web", 80),
  method: "GET",
  path: "/",
  body: undefined,
  expect: { status: undefined, body: undefined },
} as const;
const get = probe("get", "web", { kind: "http", request, connection: "new" });
const ping = probe("ping", "web", { kind: "icmp", peer: { component: "web", network: "data" }, sizeBytes: 56 });
const datagram = probe("datagram", "web", { kind: "udp", endpoint: at("web", 80), send: "a", expect: "a" });
const resolve = probe("resolve", "names", { kind: "dns", endpoint: at("names", 53), name: "web", addresses: [], components: ["web"] });
const byHand = probe("by-hand", "web", { kind: "exec", peer: { component: "web", network: "data" }, run: ["true"], expect: undefined });
const scraped = probe("scraped", "web", { kind: "heartbeat", write: undefined, read: request, field: "n", pollMs: 10 });

const first = (impaired: readonly ProbeInstance[], calm: readonly ProbeInstance[]) => {
  const alone = { ...stack, edges: [] };
  const paths = (probes: readonly ProbeInstance[]) => probes.map((one) => pathOf(alone, one));
  return suspectsOf(alone, paths(impaired), paths(calm))
    .filter(({ explained }) => explained.length === impaired.length)
    .toSorted(byBlame)[0]?.name;
};

describe("paths of probes", () => {
  it("go on from an application, a DNS server too, and end at a kernel", () => {
    expect([...pathOf(stack, resolve).reach.keys()]).to.deep.equal(["names", "upstream"]);
    expect([...pathOf(stack, { ...ping, measurement: { kind: "icmp", peer: at("names", 0), sizeBytes: 56 } }).reach.keys()]).to.deep.equal([
      "names",
    ]);
    expect([...pathOf(stack, scraped).reach.keys()]).to.deep.equal(["web"]);
    expect([get, datagram, resolve, byHand, scraped, ping].map(answererOf)).to.deep.equal([
      ...Array.from({ length: 5 }, () => "application"),
      "kernel",
    ]);
  });
  it("over a connection are answered by the server of logins where it greets, by the kernel where nobody speaks, and else by the application", () => {
    const connect = { kind: "tcp", endpoint: at("names", 53), expect: undefined } as const;
    const over = (measurement: Measurement) => probe("connection", "names", measurement);
    const answering = [
      { ...connect, expect: "SSH-2.0" },
      connect,
      { ...connect, send: "PING", expect: "PONG" },
      { ...connect, expect: "220 " },
    ];
    expect(answering.map((one) => answererOf(over(one)))).to.deep.equal(["session", "kernel", "application", "application"]);
    expect(answering.map((one) => pathOf(stack, over(one)).reach.size)).to.deep.equal([1, 1, 2, 2]);
    // A server that answers speaks for itself; that its port can be reached does not.
    const speaking = answering.map(
      (one) => suspectsOf(stack, [pathOf(stack, resolve)], [pathOf(stack, over(one))]).find(({ name }) => name === "names")?.exonerating,
    );
    expect(speaking).to.deep.equal([0, 0, 1, 1]);
  });
  it("a kernel that echoes does not clear the application on it", () => {
    expect(first([get, datagram], [ping, resolve])).to.equal("web");
  });
  it("where the kernel is silent too, other components that answer over the same way clear the way", () => {
    expect(first([get, datagram, ping, byHand], [resolve])).to.equal("web");
  });
  it("a DNS server is blamed for names, while what has an address goes on", () => {
    expect(first([resolve], [get, ping, datagram])).to.equal("names");
  });
});
