// net.partition: which pairs cannot reach each other, who is left out, and what it refuses.
import { expect } from "chai";
import { codesOf, planned } from "../files/example.ts";
import { compiled, refusals, ways } from "./compiled.ts";

const partition = (options: string): string => `{ kind: net.partition, ${options} }`;

describe("net.partition", () => {
  it("drops where packets arrive, held by the kernel, undone by the same rule, watched on the same way", () => {
    const at = { component: "app" };
    const traffic = {
      from: { component: "etcd-1" },
      network: "mgmt",
      protocol: "any",
      flows: "all",
      action: "drop",
      percent: 100,
    } as const;
    expect(compiled(partition("on: app, from: etcd-1, network: mgmt, direction: in"))).to.deep.equal({
      sentence: "drop every packet that arrives at app from etcd-1 on network mgmt",
      changes: [{ apply: { op: "packets.block", at, traffic }, undo: { op: "packets.pass", at, traffic }, holder: "kernel" }],
      witnesses: [{ kind: "packets", id: "w1", changes: ["c1"], at, traffic, everyMs: 20 }],
      needs: ["nft"],
    });
  });
  it("says which sides and which way", () => {
    expect(compiled(partition("on: [etcd-1, etcd-2], from: [etcd-3, app]")).sentence).to.equal(
      "drop every packet between etcd-1, etcd-2 and etcd-3, app",
    );
    expect(compiled(partition("on: app, direction: out")).sentence).to.equal("drop every packet that leaves app to all other components");
  });
  it("takes who is on one side out of the other", () => {
    expect(ways(partition("on: etcd-1, from: etcd, network: control"))).to.deep.equal([
      "etcd-2 -> etcd-1 on control",
      "etcd-3 -> etcd-1 on control",
      "etcd-1 -> etcd-2 on control",
      "etcd-1 -> etcd-3 on control",
    ]);
    expect(ways(partition("on: [etcd@leader, etcd-2, etcd-1], from: etcd, network: control, direction: in"))).to.deep.equal([
      "etcd-3 -> etcd-2 on control",
      "etcd-3 -> etcd-1 on control",
    ]);
  });
  it("cuts off from all other components by default, and from no vantage", () => {
    const all = ways(partition("on: app, direction: in, network: control"));
    expect(all).to.deep.equal([1, 2, 3].map((member) => `etcd-${member} -> app on control`));
    expect(ways(partition("on: app, from: [user, admin], direction: out"))).to.deep.equal([
      "app -> user on data",
      "app -> admin on control",
      "app -> admin on mgmt",
    ]);
  });
  it("may overlap another one, and other drops, at any times", () => {
    const faults = `[ ${partition("on: etcd-1, from: etcd")}, ${partition("on: [etcd-1, etcd-2], at: 2s, for: 3s")}, { kind: net.loss, on: etcd-1, to: etcd-2, percent: 30 } ]`;
    expect(codesOf(planned({ faults }))).to.deep.equal([]);
  });
  it("refuses sides that nothing joins, and a side with nobody on it", () => {
    expect(refusals(partition("on: etcd, from: etcd-1"))).to.deep.equal([
      "one-sided: nobody is left on the other side of the partition: all of it is named by `on`",
    ]);
    expect(refusals(partition("on: etcd, from: user"))).to.deep.equal(["no-shared-network: the two sides share no network"]);
    expect(refusals(partition("on: app, network: data"))).to.deep.equal(['no-shared-network: the two sides share no network "data"']);
    expect(refusals(partition("on: [app, ectd]"))).to.deep.equal(['unknown-service: unknown component "ectd". Did you mean "etcd"?']);
    expect(refusals("{ kind: net.partition }")).to.deep.equal(['missing-option: net.partition needs the option "on"']);
    expect(refusals(partition("on: []"))).to.deep.equal(["out-of-range: on must have at least 1 items"]);
  });
});
