// ssh.block: port.block of tcp port 22 under the name that responders use.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

describe("ssh.block", () => {
  it("is port.block of tcp port 22, under a sentence of its own", () => {
    const options = "on: etcd@leader, from: admin, network: mgmt, flows: new, action: reject";
    const { sentence, ...rest } = compiled(`{ kind: ssh.block, ${options} }`);
    const { sentence: _, ...twin } = compiled(`{ kind: port.block, port: 22, protocol: tcp, ${options} }`);
    expect(sentence).to.equal("refuse SSH of etcd@leader for admin on network mgmt, new connections only");
    expect(rest).to.deep.equal(twin);
    const at = { component: "etcd-2" };
    expect(rest.changes.map(({ apply }) => apply)).to.deep.equal([
      {
        op: "packets.block",
        at,
        traffic: { from: { component: "admin" }, network: "mgmt", protocol: "tcp", port: 22, flows: "new", action: "reject", percent: 100 },
      },
    ]);
  });
  it("has no port to choose, and needs a place that its peer can reach", () => {
    expect(refusals("{ kind: ssh.block, on: etcd-1, port: 2222 }")).to.deep.equal([
      'unknown-option: unknown option "port" of ssh.block. Known: kind, at, for, on, from, network, flows, action.',
    ]);
    expect(refusals("{ kind: ssh.block }")).to.deep.equal(['missing-option: ssh.block needs the option "on"']);
    expect(refusals("{ kind: ssh.block, on: ectd }")).to.deep.equal(['unknown-service: unknown component "ectd". Did you mean "etcd"?']);
    expect(refusals("{ kind: ssh.block, on: etcd-1, from: user }")).to.deep.equal(["no-shared-network: the two sides share no network"]);
    expect(refusals("{ kind: ssh.block, on: etcd-1, network: mgmd }")).to.deep.equal([
      'unknown-network: unknown network "mgmd". Did you mean "mgmt"?',
    ]);
  });
});
