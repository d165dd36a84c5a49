import { expect } from "chai";
import { powersOf } from "../../../src/drivers/docker/powers.ts";
import type { Op } from "../../../src/model/op.ts";

const at = (component: string) => ({ component, process: "etcd" });
const delay = (component: string): Op => ({ op: "sync.delay", at: at(component), delayMs: 5 });
const squeeze = (component: string): Op => ({ op: "cpu.limit", at: at(component), cpus: 1, workers: 1 });

describe("powers of agents", () => {
  it("are none where no change needs one", () => {
    expect(powersOf([])).to.deep.equal({});
    expect(powersOf([{ op: "process.stop", at: at("etcd-1") }])).to.deep.equal({});
  });
  it("are a memory cgroup where memory is squeezed", () => {
    expect(powersOf([{ op: "memory.limit", at: { component: "app" }, headroomBytes: 2 ** 24 }])).to.deep.equal({ app: ["memory"] });
  });
  it("are a standby where a link is changed", () => {
    const link = (component: string) => ({ at: { component }, network: "data" });
    expect(
      powersOf([
        { op: "link.down", ...link("app") },
        { op: "rate.limit", ...link("user"), bitsPerSecond: 1e6 },
        { op: "packets.disturb", ...link("dns"), to: [{ component: "user" }], disturbance: { kind: "duplicate", percent: 50 } },
      ]),
    ).to.deep.equal({
      app: ["standby"],
      dns: ["standby"],
      user: ["standby"],
    });
  });
  it("are given beside the component that is hit only, once, and in the same order whatever the order of changes", () => {
    const fails: Op = { op: "sync.fail", at: at("etcd-1"), error: "EIO", every: 1 };
    expect(powersOf([delay("etcd-1"), fails, squeeze("etcd-1"), squeeze("etcd-2")])).to.deep.equal({
      "etcd-1": ["cpu", "trace"],
      "etcd-2": ["cpu"],
    });
    expect(powersOf([squeeze("etcd-1"), delay("etcd-1")])).to.deep.equal(powersOf([delay("etcd-1"), squeeze("etcd-1")]));
  });
});
