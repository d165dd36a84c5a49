// net.loss: which packets are dropped at which receiver, and what it refuses.
import { expect } from "chai";
import { compiled, refusals, ways } from "./compiled.ts";

const loss = (options: string): string => `{ kind: net.loss, on: app, ${options} }`;

describe("net.loss", () => {
  it("drops where packets arrive, held by the kernel, undone by the same rule, watched on the same way", () => {
    const at = { component: "app" };
    const traffic = { from: { component: "user" }, network: "data", protocol: "any", flows: "new", action: "drop", percent: 30 } as const;
    expect(compiled(loss("to: user, percent: 30, flows: new, direction: in"))).to.deep.equal({
      sentence: "lose 30 % of the packets of new connections that arrive at app from user",
      changes: [{ apply: { op: "packets.block", at, traffic }, undo: { op: "packets.pass", at, traffic }, holder: "kernel" }],
      witnesses: [{ kind: "packets", id: "w1", changes: ["c1"], at, traffic, everyMs: 20 }],
      needs: ["nft"],
    });
  });
  it("says which way packets are lost", () => {
    expect(compiled(loss("to: user, percent: 30")).sentence).to.equal("lose 30 % of the packets between app and user");
    expect(compiled(loss("to: user, percent: 15, direction: out")).sentence).to.equal("lose 15 % of the packets that leave app to user");
  });
  it("drops at both receivers, or in one direction", () => {
    expect(ways(loss("to: user, percent: 30"))).to.deep.equal(["user -> app on data", "app -> user on data"]);
    expect(ways(loss("to: user, percent: 30, direction: in"))).to.deep.equal(["user -> app on data"]);
    expect(ways(loss("to: user, percent: 30, direction: out"))).to.deep.equal(["app -> user on data"]);
  });
  it("names each pair of replicas once, and nobody's own packets", () => {
    expect(ways("{ kind: net.loss, on: etcd, to: etcd, percent: 100, network: control }").toSorted()).to.deep.equal([
      "etcd-1 -> etcd-2 on control",
      "etcd-1 -> etcd-3 on control",
      "etcd-2 -> etcd-1 on control",
      "etcd-2 -> etcd-3 on control",
      "etcd-3 -> etcd-1 on control",
      "etcd-3 -> etcd-2 on control",
    ]);
  });
  it("acts on every shared network unless one is named", () => {
    expect(ways(loss("to: etcd-1, percent: 100, direction: in"))).to.deep.equal(["etcd-1 -> app on control", "etcd-1 -> app on mgmt"]);
    expect(ways(loss("to: etcd-1, percent: 100, direction: in, network: mgmt"))).to.deep.equal(["etcd-1 -> app on mgmt"]);
  });
  it("refuses anything but one peer that shares a network, and a share of packets that is none", () => {
    expect(refusals(loss("percent: 30"))).to.deep.equal(['missing-option: net.loss needs the option "to"']);
    // `direction` says which way; a second word for the peer would be a second way to say the same.
    expect(refusals(loss("to: user, from: user, percent: 30")).join("")).to.match(/^unknown-option: unknown option "from" of net\.loss/u);
    expect(refusals(loss("to: app, percent: 30"))).to.deep.equal(["no-shared-network: the two sides share no network"]);
    expect(refusals(loss("to: user, percent: 30, network: mgmt"))).to.deep.equal([
      'no-shared-network: the two sides share no network "mgmt"',
    ]);
    expect(refusals(loss("to: user"))).to.deep.equal(['missing-option: net.loss needs the option "percent"']);
    expect(refusals(loss("to: user, percent: 0"))).to.deep.equal(["out-of-range: percent must be at least 10"]);
    expect(refusals(loss("to: user, percent: 101"))).to.deep.equal(["out-of-range: percent must be at most 100"]);
    expect(refusals(loss("to: user, percent: 19, direction: up"))).to.deep.equal([
      'unknown-word: direction cannot be "up". Known: both, in, out.',
    ]);
  });
});
