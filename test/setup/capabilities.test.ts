import { expect } from "chai";
import { type Able, capabilities, type Capability, type KernelFacts } from "../../src/setup/capabilities.ts";
import { goodKernel as good } from "./good-kernel.ts";

const able = (facts: KernelFacts | undefined, need: Capability["need"]): Able | undefined =>
  capabilities(facts).find((one) => one.need === need)?.able;

describe("capabilities", () => {
  it("is able to do everything on a good machine", () =>
    expect(capabilities(good).map((one) => one.able)).to.deep.equal(Array.from({ length: 8 }, () => "yes")));
  it("knows nothing where nobody asked", () =>
    expect(capabilities(undefined).map((one) => one.able)).to.deep.equal(Array.from({ length: 8 }, () => "unknown")));
  it("passes the kernel's complaint on", () => {
    const netem = capabilities({ ...good, netem: "Specified qdisc kind is unknown." }).find((one) => one.need === "netem");
    expect(netem).to.deep.include({ able: "no", detail: "Specified qdisc kind is unknown." });
  });
  it("calls cgroup v2 unproved, and its absence a no", () => {
    expect(able({ ...good, cgroup: 2 }, "cgroup-disk")).to.equal("unproved");
    expect(able({ ...good, cgroup: 2, diskLimit: false }, "cgroup-disk")).to.equal("no");
    expect(able({ ...good, diskLimit: false }, "cgroup-disk")).to.equal("no");
  });
  it("calls quotas of cgroup v2 unproved, and their absence a no", () => {
    expect(able({ ...good, cgroup: 2 }, "cgroup-cpu")).to.equal("unproved");
    expect(able({ ...good, cgroup: 2, cpuQuota: false }, "cgroup-cpu")).to.equal("no");
    expect(able({ ...good, cpuQuota: false }, "cgroup-cpu")).to.equal("no");
  });
  it("calls memory limits of cgroup v2 unproved, and their absence a no", () => {
    expect(able({ ...good, cgroup: 2 }, "cgroup-memory")).to.equal("unproved");
    expect(able({ ...good, cgroup: 2, memoryLimit: false }, "cgroup-memory")).to.equal("no");
    expect(able({ ...good, memoryLimit: false }, "cgroup-memory")).to.equal("no");
  });
  it("needs a tracer that may attach", () => {
    expect(able({ ...good, trace: "attach: ptrace(PTRACE_SEIZE, 7): Operation not permitted" }, "trace")).to.equal("no");
  });
  it("needs nft and CAP_KILL", () => {
    expect(able({ ...good, nft: "Operation not permitted" }, "nft")).to.equal("no");
    expect(able({ ...good, signals: false }, "signals")).to.equal("no");
  });
});
