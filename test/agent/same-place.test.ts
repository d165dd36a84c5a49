import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownNetns } from "../../src/agent/namespace.ts";
import { checkAddress, checkMember, checkNetns } from "../../src/agent/same-place.ts";

describe("an agent, before it acts", () => {
  it("refuses what was bound in another network namespace", () => {
    expect(() => checkNetns({ component: "store", netns: "net:[4026531840]" }, "4026532001")).to.throw("store is in net:[4026531840]");
    expect(() => checkNetns({ component: "store", netns: `net:[${ownNetns()}]` })).not.to.throw();
  });

  it("refuses an address that has gone", () => {
    expect(() => checkAddress("store", "10.9.9.9")).to.throw(/^store no longer has the address 10\.9\.9\.9, it has .*127\.0\.0\.1/u);
    expect(() => checkAddress("store", "127.0.0.1")).not.to.throw();
    expect(() => checkAddress("store", "10.0.0.1", ["10.0.0.11"])).to.throw("no longer has");
  });

  it("refuses a cgroup that the process has left", () => {
    const folder = mkdtempSync(join(tmpdir(), "planefault-cgroup-"));
    try {
      writeFileSync(join(folder, "cgroup.procs"), "117\n8\n");
      expect(() => checkMember({ name: "etcd", pid: 117 }, folder)).not.to.throw();
      expect(() => checkMember({ name: "etcd", pid: 17 }, folder)).to.throw(`etcd (pid 17) is no longer in the cgroup ${folder}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
