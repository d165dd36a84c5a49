// port.block: one port for everyone or for one peer, by silence or by refusal.
import { expect } from "chai";
import { compiled, refusals, ways } from "./compiled.ts";

const block = (options: string): string => `{ kind: port.block, on: app, ${options} }`;

describe("port.block", () => {
  it("closes one port, held by the kernel, undone by the same rule, watched on the same way", () => {
    const at = { component: "app" };
    const traffic = {
      from: { component: "user" },
      network: "data",
      protocol: "udp",
      port: 53,
      flows: "new",
      action: "reject",
      percent: 100,
    } as const;
    expect(compiled(block("port: 53, protocol: udp, from: user, flows: new, action: reject"))).to.deep.equal({
      sentence: "refuse udp port 53 of app for user, new connections only",
      changes: [{ apply: { op: "packets.block", at, traffic }, undo: { op: "packets.pass", at, traffic }, holder: "kernel" }],
      witnesses: [{ kind: "packets", id: "w1", changes: ["c1"], at, traffic, everyMs: 20 }],
      needs: ["nft"],
    });
  });
  it("is silence about all tcp packets unless it says otherwise", () => {
    const { sentence, changes } = compiled(block("port: 8080, network: data"));
    expect(sentence).to.equal("silence tcp port 8080 of app on network data");
    expect(changes[0]?.apply).to.have.nested.include({ "traffic.protocol": "tcp", "traffic.flows": "all", "traffic.action": "drop" });
  });
  it("is for everyone who shares a network, vantages included, or for one peer", () => {
    expect(ways(block("port: 8080, network: data"))).to.deep.equal(["user -> app on data"]);
    expect(ways("{ kind: port.block, on: etcd-1, port: 2379, network: mgmt }")).to.deep.equal([
      "etcd-2 -> etcd-1 on mgmt",
      "etcd-3 -> etcd-1 on mgmt",
      "app -> etcd-1 on mgmt",
      "admin -> etcd-1 on mgmt",
    ]);
    expect(ways("{ kind: port.block, on: etcd-1, port: 2379, from: admin }")).to.deep.equal([
      "admin -> etcd-1 on control",
      "admin -> etcd-1 on mgmt",
    ]);
  });
  it("refuses what is no port, and peers that no network joins", () => {
    expect(refusals("{ kind: port.block, on: app }")).to.deep.equal(['missing-option: port.block needs the option "port"']);
    expect(refusals(block("port: 0"))).to.deep.equal(["out-of-range: port must be at least 1"]);
    expect(refusals(block("port: 65536"))).to.deep.equal(["out-of-range: port must be at most 65535"]);
    expect(refusals(block("port: 1, protocol: icmp"))).to.deep.equal(['unknown-word: protocol cannot be "icmp". Known: tcp, udp.']);
    expect(refusals(block("port: 1, action: deny"))).to.deep.equal(['unknown-word: action cannot be "deny". Known: drop, reject.']);
    expect(refusals("{ kind: port.block, on: etcd-1, port: 1, from: user }")).to.deep.equal([
      "no-shared-network: the two sides share no network",
    ]);
  });
});
