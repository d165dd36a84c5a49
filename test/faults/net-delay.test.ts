// net.delay: whose packets to whom, one change for each interface and one witness for each peer, and what it refuses.
import { expect } from "chai";
import { codesOf, planned } from "../files/example.ts";
import { compiled, refusals } from "./compiled.ts";

const delay = (options: string): string => `{ kind: net.delay, ${options} }`;

describe("net.delay", () => {
  it("holds back what leaves by the interface for the peer, held by the agent, watched on the same way and beside it", () => {
    const place = { at: { component: "app" }, network: "control" };
    const disturbance = { kind: "delay", delayMs: 100, spreadMs: 0 } as const;
    const peer = { component: "etcd-1" };
    expect(compiled(delay("on: app, to: etcd-1, network: control, delay: 100ms"))).to.deep.equal({
      sentence: "hold what app sends to etcd-1 back for 100ms",
      changes: [
        { apply: { op: "packets.disturb", ...place, to: [peer], disturbance }, undo: { op: "packets.settle", ...place }, holder: "agent" },
      ],
      witnesses: [
        { kind: "disturbance", id: "w1", changes: ["c1"], ...place, peer, bystander: { component: "admin" }, disturbance, everyMs: 20 },
      ],
      needs: ["netem"],
    });
  });
  it("is one change for all peers behind an interface, with a witness for each, and a bystander that is none of them", () => {
    const { changes, witnesses } = compiled(delay("on: app, to: etcd, delay: 100ms"));
    expect(
      changes.map(({ apply }) => ("to" in apply ? `${apply.network}: ${apply.to.map(({ component }) => component).join()}` : "")),
    ).to.deep.equal(["control: etcd-1,etcd-2,etcd-3", "mgmt: etcd-1,etcd-2,etcd-3"]);
    const seen = witnesses.map((one) => (one.kind === "disturbance" ? [...one.changes, one.peer.component, one.bystander?.component] : []));
    expect(seen.slice(0, 3)).to.deep.equal([
      ["c1", "etcd-1", "admin"],
      ["c1", "etcd-2", undefined],
      ["c1", "etcd-3", undefined],
    ]);
    expect(seen).to.have.length(6);
  });
  it("has no bystander where the two are alone on their network", () => {
    const [witness] = compiled(delay("on: app, to: user, delay: 100ms")).witnesses;
    expect(witness).to.deep.include({ peer: { component: "user" }, bystander: undefined });
  });
  it("refuses what is too short to be seen, or too long to be undone", () => {
    const refused = (text: string) => refusals(delay(`on: app, to: user, delay: ${text}`));
    const range =
      "invalid-value: packets are held back for 10ms to 1s: less could not be told from a busy machine, and more would outlast their undo";
    expect([refused("9ms"), refused("1001ms")]).to.deep.equal([[range], [range]]);
    expect([refused("10ms"), refused("1s")]).to.deep.equal([[], []]);
    expect(refusals(delay("on: app, to: user"))).to.deep.equal(['missing-option: net.delay needs the option "delay"']);
    expect(refusals(delay("on: etcd-1, to: user, delay: 100ms"))).to.deep.equal(["no-shared-network: the two sides share no network"]);
  });
  it("refuses a kernel without netem, and says what else there is", () => {
    const result = planned({ faults: `[ ${delay("on: app, to: user, delay: 100ms")} ]` }, { netem: false });
    expect(codesOf(result)).to.deep.equal(["missing-feature"]);
    expect(result.ok ? "" : result.problems[0]?.message)
      .to.match(/^net\.delay: this kernel has no queue netem/u)
      .and.to.contain("planefault doctor");
  });
  it("clashes with whatever else owns the same queue or takes the same link down, and with nothing elsewhere", () => {
    const own = delay("on: app, to: etcd-1, network: control, delay: 100ms");
    const clashesWith = (other: string, comesFirst = false) =>
      codesOf(planned({ faults: `[ ${(comesFirst ? [other, own] : [own, other]).join(", ")} ]` }));
    for (const other of [
      delay("on: app, to: etcd-2, network: control, delay: 100ms"),
      "{ kind: net.rate, on: app, network: control, rate: 1mbit }",
      "{ kind: link.down, on: app, network: control }",
      "{ kind: link.flap, on: etcd-1, network: control, down: 1s, up: 1s }",
    ]) {
      expect(clashesWith(other), other).to.deep.equal(["same-resource"]);
      expect(clashesWith(other, true), `${other}, first`).to.deep.equal(["same-resource"]);
    }
    for (const other of [
      delay("on: app, to: etcd-1, network: mgmt, delay: 100ms"),
      delay("on: etcd-1, to: app, network: control, delay: 100ms"),
      "{ kind: link.down, on: etcd-2, network: control }",
      "{ kind: net.rate, on: etcd-1, network: control, rate: 1mbit }",
      "{ kind: net.loss, on: app, to: etcd-1, network: control, percent: 30 }",
    ])
      expect(clashesWith(other), other).to.deep.equal([]);
  });
});
