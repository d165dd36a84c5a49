// Busy processes end though the quota beside them cannot be given back.
import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readProcess } from "../../src/agent/process-table.ts";
import { Squeeze } from "../../src/agent/squeeze.ts";

describe("a squeeze", () => {
  it("ends its busy processes where its quota cannot be given back, says so, and gives it back when it is asked again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "planefault-squeeze-"));
    const quota = join(folder, "cpu.cfs_quota_us");
    try {
      writeFileSync(quota, "-1\n");
      writeFileSync(join(folder, "cpu.cfs_period_us"), "100000\n");
      const identity = { version: 1, cgroup: "cpu/docker/abc123", before: "-1" } as const;
      const squeeze = new Squeeze(identity, folder, { cpus: 0.2, workers: 1, leaseMs: 1_000 });
      squeeze.apply();
      const pid = Number(readFileSync(join(folder, "cgroup.procs"), "utf8"));
      expect(readProcess(pid)?.ended).to.equal(false);
      rmSync(quota);
      mkdirSync(quota);
      expect(await squeeze.undo().catch(String)).to.include("EISDIR");
      expect(readProcess(pid)).to.equal(undefined);
      rmSync(quota, { recursive: true });
      await squeeze.undo();
      expect(readFileSync(quota, "utf8")).to.equal("-1\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
