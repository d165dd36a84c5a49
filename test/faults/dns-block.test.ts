// dns.block: port 53 closed for both protocols that DNS speaks, each with its own rule and its own proof.
import { expect } from "chai";
import { compiled, refusals, ways } from "./compiled.ts";

describe("dns.block", () => {
  it("is port.block of port 53 on udp and on tcp, under a sentence of its own", () => {
    const options = "on: app, from: user, network: data, flows: new, action: reject";
    const { sentence, changes, witnesses, needs } = compiled(`{ kind: dns.block, ${options} }`);
    expect(sentence).to.equal("refuse DNS of app for user on network data, new connections only");
    const twins = (["udp", "tcp"] as const).map((protocol) =>
      compiled(`{ kind: port.block, port: 53, protocol: ${protocol}, ${options} }`),
    );
    expect(changes).to.deep.equal(twins.flatMap((twin) => twin.changes));
    expect(needs).to.deep.equal(["nft"]);
    expect(witnesses.map(({ changes: watched }) => watched)).to.deep.equal([["c1"], ["c2"]]);
    expect(witnesses.map((witness) => (witness.kind === "packets" ? witness.traffic.protocol : ""))).to.deep.equal(["udp", "tcp"]);
  });
  it("is for everyone who shares a network, or for one peer", () => {
    const all = ways("{ kind: dns.block, on: app }");
    expect(all.length % 2).to.equal(0);
    expect(all.slice(0, all.length / 2)).to.deep.equal(all.slice(all.length / 2));
    expect(all).to.include("user -> app on data");
    expect(ways("{ kind: dns.block, on: app, from: user }")).to.deep.equal(["user -> app on data", "user -> app on data"]);
  });
  it("refuses what it cannot reach, and has no port to choose", () => {
    expect(refusals("{ kind: dns.block, on: app, port: 5353 }")).to.deep.equal([
      'unknown-option: unknown option "port" of dns.block. Known: kind, at, for, on, from, network, flows, action.',
    ]);
    expect(refusals("{ kind: dns.block, on: etcd-1, from: user }")).to.deep.equal(["no-shared-network: the two sides share no network"]);
  });
});
