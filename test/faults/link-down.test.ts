// link.down: whose interface goes down, who brings it back, who watches, and what it refuses.
import { expect } from "chai";
import { codesOf, planned } from "../files/example.ts";
import { compiled, refusals } from "./compiled.ts";

const down = (options: string): string => `{ kind: link.down, ${options} }`;

describe("link.down", () => {
  it("takes the interface down, held by the agent, undone at the same place, watched from a vantage", () => {
    const place = { at: { component: "etcd-2" }, network: "control" };
    expect(compiled(down("on: etcd@leader, network: control"))).to.deep.equal({
      sentence: "take the interface of etcd@leader on network control down",
      changes: [{ apply: { op: "link.down", ...place }, undo: { op: "link.up", ...place }, holder: "agent" }],
      witnesses: [{ kind: "link", id: "w1", changes: ["c1"], ...place, peer: { component: "admin" }, flap: undefined }],
      needs: [],
    });
  });
  it("needs no network where the place has only one, and names the places of a service one by one", () => {
    expect(compiled(down("on: user")).changes[0]?.apply).to.deep.equal({ op: "link.down", at: { component: "user" }, network: "data" });
    expect(compiled(down("on: etcd, network: mgmt")).changes.map(({ apply }) => apply.at.component)).to.deep.equal([
      "etcd-1",
      "etcd-2",
      "etcd-3",
    ]);
  });
  it("refuses a network that is not named, not known, or not the component's", () => {
    expect(refusals(down("on: app"))).to.deep.equal(["missing-option: link.down needs `network`, one of app's: data, control, mgmt"]);
    expect(refusals(down("on: app, network: mgmd"))).to.deep.equal([
      'unknown-network: app is not on a network "mgmd". Did you mean "mgmt"?',
    ]);
    expect(refusals(down("on: etcd-1, network: data"))).to.deep.equal([
      'unknown-network: etcd-1 is not on a network "data". Known: control, mgmt.',
    ]);
    expect(refusals("{ kind: link.down }")).to.deep.equal(['missing-option: link.down needs the option "on"']);
  });
  it("hides what else happens on that link, so it clashes with it, and with nothing on others", () => {
    const clashesWith = (other: string) => codesOf(planned({ faults: `[ ${down("on: etcd-1, network: control")}, ${other} ]` }));
    for (const other of [
      "{ kind: link.flap, on: etcd-1, network: control, down: 1s, up: 1s }",
      "{ kind: net.rate, on: etcd, network: control, rate: 1mbit }",
      "{ kind: net.partition, on: etcd-2, from: etcd-1, network: control, direction: in }",
      "{ kind: net.partition, on: etcd-2, from: etcd-1, network: control, direction: out }",
    ])
      expect(clashesWith(other), other).to.deep.equal(["same-resource"]);
    for (const other of [
      "{ kind: link.down, on: etcd-1, network: mgmt }",
      "{ kind: net.rate, on: etcd-2, network: control, rate: 1mbit }",
      "{ kind: net.partition, on: etcd-2, from: etcd-3 }",
    ])
      expect(clashesWith(other), other).to.deep.equal([]);
  });
});
