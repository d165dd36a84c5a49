// Each fault kind as the changes, witnesses and leases that it compiles to.
import { expect } from "chai";
import { faults } from "../../src/faults/list.ts";
import type { Op } from "../../src/model/op.ts";
import { codesOf, examplePlan, planned } from "../files/example.ts";

const changes = (fault: string) => examplePlan({ faults: `[ ${fault} ]` }).changes;
const packets = (fault: string): readonly string[] =>
  changes(fault).map(({ apply }) =>
    "traffic" in apply ? `${apply.traffic.from.component} -> ${apply.at.component} on ${apply.traffic.network}` : apply.op,
  );
const inverse: Readonly<Record<Op["op"], Op["op"]>> = {
  "packets.block": "packets.pass",
  "packets.pass": "packets.block",
  "disk.limit": "disk.restore",
  "disk.restore": "disk.limit",
  "process.stop": "process.continue",
  "process.continue": "process.stop",
};

const examples: Readonly<Record<string, string>> = {
  noop: "{ kind: noop }",
  "net.loss": "{ kind: net.loss, on: app, to: user, percent: 30 }",
  "port.block": "{ kind: port.block, on: app, port: 8080 }",
  "ssh.block": "{ kind: ssh.block, on: etcd-1 }",
  "disk.throttle": "{ kind: disk.throttle, on: etcd, writeIops: 20 }",
  "process.pause": "{ kind: process.pause, on: etcd@leader }",
};

describe("faults", () => {
  for (const { kind } of faults) {
    it(`${kind}: every change has its inverse at the same place and exactly one witness`, () => {
      const plan = examplePlan({ faults: `[ ${examples[kind] ?? ""} ]` });
      for (const { apply, undo } of plan.changes) {
        expect(undo.op).to.equal(inverse[apply.op]);
        expect(undo.at).to.deep.equal(apply.at);
      }
      expect(plan.witnesses.flatMap((witness) => witness.changes)).to.deep.equal(plan.changes.map((change) => change.id));
      expect(plan.changes.length > 0).to.equal(kind !== "noop");
    });
  }

  it("net.loss drops at both receivers, or in one direction", () => {
    expect(packets("{ kind: net.loss, on: app, to: user, percent: 30 }")).to.deep.equal(["user -> app on data", "app -> user on data"]);
    expect(packets("{ kind: net.loss, on: app, from: user, percent: 30, direction: in }")).to.deep.equal(["user -> app on data"]);
    expect(packets("{ kind: net.loss, on: app, to: user, percent: 30, direction: out }")).to.deep.equal(["app -> user on data"]);
  });
  it("net.loss among replicas names each pair once and nobody's own packets", () => {
    expect(packets("{ kind: net.loss, on: etcd, to: etcd, percent: 100, network: control }")).to.have.length(6);
  });
  it("net.loss acts on every shared network unless one is named", () => {
    expect(packets("{ kind: net.loss, on: app, to: etcd-1, percent: 100, direction: in }")).to.deep.equal([
      "etcd-1 -> app on control",
      "etcd-1 -> app on mgmt",
    ]);
    expect(packets("{ kind: net.loss, on: app, to: etcd-1, percent: 100, direction: in, network: mgmt }")).to.deep.equal([
      "etcd-1 -> app on mgmt",
    ]);
  });
  it("net.loss needs exactly one peer", () => {
    expect(codesOf(planned({ faults: "[ { kind: net.loss, on: app, percent: 30 } ]" }))).to.deep.equal(["missing-option"]);
    expect(codesOf(planned({ faults: "[ { kind: net.loss, on: app, to: user, from: user, percent: 30 } ]" }))).to.deep.equal([
      "missing-option",
    ]);
  });
  it("port.block is for everyone who shares a network, vantages included, or for one peer", () => {
    expect(packets("{ kind: port.block, on: app, port: 8080, network: data }")).to.deep.equal(["user -> app on data"]);
    expect(packets("{ kind: port.block, on: etcd-1, port: 2379, network: mgmt }")).to.deep.equal([
      "etcd-2 -> etcd-1 on mgmt",
      "etcd-3 -> etcd-1 on mgmt",
      "app -> etcd-1 on mgmt",
      "admin -> etcd-1 on mgmt",
    ]);
  });
  it("ssh.block is port 22 of tcp", () => {
    const [change] = changes("{ kind: ssh.block, on: etcd-1, from: admin, network: mgmt, action: reject }");
    expect(change?.apply).to.deep.equal({
      op: "packets.block",
      at: { component: "etcd-1" },
      traffic: { from: { component: "admin" }, network: "mgmt", protocol: "tcp", port: 22, flows: "all", action: "reject", percent: 100 },
    });
    expect(change?.holder).to.equal("kernel");
  });
  it("disk.throttle takes the only volume, and the keeper holds it", () => {
    expect(changes("{ kind: disk.throttle, on: etcd-3, writeIops: 2 }").map(({ apply, holder }) => [apply, holder])).to.deep.equal([
      [{ op: "disk.limit", at: { component: "etcd-3" }, volume: "data", writeIops: 2 }, "keeper"],
    ]);
    expect(codesOf(planned({ faults: "[ { kind: disk.throttle, on: app, writeIops: 2 } ]" }))).to.deep.equal(["unknown-volume"]);
  });
  it("process.pause takes the first declared process or the named one, on the replica with the role", () => {
    expect(changes("{ kind: process.pause, on: etcd@leader }").map(({ apply }) => apply.at)).to.deep.equal([
      { component: "etcd-2", process: "etcd" },
    ]);
    expect(changes("{ kind: process.pause, on: etcd-1/sshd }").map(({ apply }) => apply.at)).to.deep.equal([
      { component: "etcd-1", process: "sshd" },
    ]);
    expect(codesOf(planned({ faults: "[ { kind: process.pause, on: app } ]" }))).to.deep.equal(["unknown-process"]);
  });
});
