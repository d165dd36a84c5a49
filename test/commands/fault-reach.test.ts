// Which probes a fault can reach, by the declared edges: packets by their way and port, everything else by the component.
import { expect } from "chai";
import { meets, signalMeets } from "../../src/commands/fault-reach.ts";
import { readDefinedExperiment } from "../../src/files/read.ts";
import { plan } from "../../src/plan/plan.ts";

function reached(target: string, fault: object): { readonly probes: readonly string[]; readonly signals: readonly string[] } {
  const source = { version: 1, title: "x", target, phases: { baseline: "5s", fault: "8s", recovery: "6s" }, faults: [fault], predict: {} };
  const loaded = readDefinedExperiment(source, "x", process.cwd());
  const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
  if (!planned.ok) throw new Error(planned.problems.map(({ message }) => message).join());
  const { stack, changes, probes, signals } = planned.plan;
  return {
    probes: probes.filter((probe) => meets(changes, stack, probe)).map(({ instance }) => instance),
    signals: signals.filter((signal) => signalMeets(changes, stack, signal)).map(({ instance }) => instance),
  };
}

describe("the reach of a fault", () => {
  it("is one port of a component, whoever is shut out from it; what a program of the vantage asks nobody knows", () => {
    expect(reached("echo", { kind: "port.block", on: "echo", port: 8_080 })).to.deep.equal({
      probes: ["get", "get-reused", "health-by-hand"],
      signals: [],
    });
    expect(reached("echo", { kind: "ssh.block", on: "echo" }).probes).to.deep.equal(["ssh-banner", "health-by-hand"]);
  });

  it("is one protocol: neither the same port of the other one, nor an echo of ICMP, which has none", () => {
    const block = { kind: "port.block", on: "echo", from: "user", port: 8_080 };
    expect(reached("echo", { ...block, protocol: "tcp" }).probes).to.deep.equal(["get", "get-reused"]);
    expect(reached("echo", { ...block, protocol: "udp" }).probes).to.deep.equal(["datagram"]);
    expect(reached("echo", { kind: "net.loss", on: "echo", to: "user", percent: 100 }).probes).to.deep.equal([
      "get",
      "get-reused",
      "datagram",
      "ping",
    ]);
    expect(reached("echo", { kind: "dns.block", on: "dns" }).probes).to.deep.equal(["resolve"]);
  });

  it("is one network where an interface is down or slow", () => {
    const { probes, signals } = reached("echo", { kind: "link.down", on: "echo", network: "mgmt" });
    expect([probes, signals]).to.deep.equal([["set-value", "ssh-banner", "health-by-hand"], ["echo-health"]]);
    expect(reached("echo", { kind: "net.rate", on: "dns", network: "data", rate: "1mbit" }).probes).to.deep.equal(["resolve"]);
  });

  it("is the ways of one component to chosen peers where packets are disturbed, there and back", () => {
    expect(reached("echo", { kind: "net.delay", on: "dns", to: "user", delay: "100ms" }).probes).to.deep.equal(["resolve"]);
    expect(reached("echo", { kind: "net.delay", on: "user", to: "dns", delay: "100ms" }).probes).to.deep.equal(["resolve"]);
    expect(reached("echo", { kind: "net.delay", on: "dns", to: "echo", delay: "100ms" }).probes).to.deep.equal([]);
  });

  it("is one way between two ends, and not the other ways to the same component", () => {
    expect(reached("echo", { kind: "net.loss", on: "echo", to: "admin", percent: 100 })).to.deep.equal({
      probes: ["set-value", "ssh-banner", "health-by-hand"],
      signals: ["echo-health"],
    });
  });

  it("is one network of the two that the ends share", () => {
    expect(reached("etcd-app", { kind: "net.loss", on: "app-1", to: "admin", network: "mgmt", percent: 100 }).probes).to.deep.equal([
      "audit@app-1",
      "ssh-banner-app@app-1",
    ]);
  });

  it("follows requests over declared edges, to the one replica that is asked", () => {
    expect(reached("etcd-app", { kind: "net.loss", on: "etcd-1", to: "app-1", percent: 100 }).probes).to.deep.equal([
      "item-read@app-1",
      "item-read-reused@app-1",
      "put-flag@app-1",
      "flag-propagation@app-1",
      "news-1@app-1",
      "news-2@app-2",
      "lock-renewal@app-1",
    ]);
  });

  it("is everything that needs the component where no packet is named", () => {
    const { probes, signals } = reached("etcd-app", { kind: "process.pause", on: "etcd-2" });
    expect(probes).to.include.members(["item-read@app-2", "ssh-banner@etcd-2"]).and.not.to.include("ssh-banner@etcd-1");
    expect(signals).to.include("etcd-health@etcd-2");
  });

  it("is nothing where nothing is broken", () => {
    expect(reached("etcd-app", { kind: "noop" })).to.deep.equal({ probes: [], signals: [] });
  });
});
