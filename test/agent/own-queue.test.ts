// What is refused when armed, before any tool is started.
import { expect } from "chai";
import { disturb } from "../../src/agent/disturb.ts";
import { readProcesses } from "../../src/agent/process-table.ts";
import { rateLimit } from "../../src/agent/rate-limit.ts";
import type { ArmedChange, LinkIdentity } from "../../src/model/identity.ts";
import type { Change, Op } from "../../src/model/op.ts";

const at = { component: "place" };
const op: Extract<Op, { readonly op: "packets.disturb" }> = {
  op: "packets.disturb",
  at,
  network: "data",
  to: [{ component: "one" }, { component: "two" }],
  disturbance: { kind: "duplicate", percent: 50 },
};
const change: Change = {
  id: "c1",
  fault: 0,
  apply: op,
  undo: { op: "packets.settle", at, network: "data" },
  holder: "agent",
  startMs: 0,
  endMs: 1_000,
  leaseMs: 2_000,
};
const link: LinkIdentity = {
  interface: "planefault-none",
  index: 9,
  mac: "",
  qdisc: "noqueue 0:",
  queueLength: 0,
  addresses: [],
  routes: [],
  neighbours: [],
};
const identity = { ...at, containerId: "", netns: "", addresses: { data: "10.64.0.11" } };

function armed(qdisc: string | undefined, peers: readonly string[]): ArmedChange {
  return {
    change,
    at: { ...identity, ...(qdisc !== undefined && { link: { ...link, qdisc } }) },
    peers: peers.map((address) => ({ ...identity, addresses: { data: address } })),
  };
}
const disturbs = (one: ArmedChange) => () => disturb(one, op);
const children = (): number => readProcesses().filter(({ parent, ended }) => parent === process.pid && !ended).length;

describe("a queue of our own", () => {
  it("is not armed without an interface, in place of somebody else's, or for peers that have no address; no tool is started", () => {
    const before = children();
    const both = ["10.64.0.12", "10.64.0.13"];
    expect(disturbs(armed(undefined, both))).to.throw("c1 was armed without an interface");
    expect(disturbs(armed("tbf 8001:", both))).to.throw("planefault-none has a queue of somebody's own (tbf 8001:), which is not replaced");
    expect(() => rateLimit(armed("prio 1:", both), 1e6)).to.throw("a queue of somebody's own (prio 1:)");
    expect(disturbs(armed("noqueue 0:", ["10.64.0.12"]))).to.throw("c1 has 1 addresses on network data for 2 peers");
    expect(children()).to.equal(before);
  });
});
