// Quotas of both cgroup versions as text and as files, and the account that the kernel gives of them.
import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quotaText, quotaUsIn, readPeriod, readQuota, throttlingIn, writeQuota } from "../../src/agent/quota.ts";
import { workerCommand } from "../../src/agent/squeeze.ts";
import { ticksIn } from "../../src/agent/witness/cpu.ts";

describe("a processor quota", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "planefault-quota-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is a share of the period that is there, in both versions", () => {
    expect(quotaText(1, 0.2, 100_000)).to.equal("20000");
    expect(quotaText(1, 1.5, 50_000)).to.equal("75000");
    expect(quotaText(2, 0.2, 100_000)).to.equal("20000 100000");
  });
  it("is read, written and read back in version 1, whose period has a file of its own", () => {
    writeFileSync(join(folder, "cpu.cfs_quota_us"), "-1\n");
    writeFileSync(join(folder, "cpu.cfs_period_us"), "100000\n");
    const place = { version: 1, folder } as const;
    expect([readQuota(place), readPeriod(place)]).to.deep.equal(["-1", 100_000]);
    writeQuota(place, "20000");
    expect(readFileSync(join(folder, "cpu.cfs_quota_us"), "utf8")).to.equal("20000\n");
  });
  it("is one line with its period in version 2", () => {
    writeFileSync(join(folder, "cpu.max"), "max 100000\n");
    const place = { version: 2, folder } as const;
    expect([readQuota(place), readPeriod(place)]).to.deep.equal(["max 100000", 100_000]);
    writeQuota(place, "20000 100000");
    expect(readQuota(place)).to.equal("20000 100000");
  });
  it("was not taken where the file holds something else", () => {
    expect(() => writeQuota({ version: 1, folder: "/dev/null/x" }, "1")).to.throw();
    // The kernel prints what it made of it; a plain file keeps the blank.
    expect(() => writeQuota({ version: 1, folder }, "20000 ")).to.throw('holds "20000" after "20000 " was written');
  });
  it("is a number for the journal, -1 where there is none, in both versions", () => {
    expect(["-1", "20000", "max 100000", "20000 100000"].map(quotaUsIn)).to.deep.equal([-1, 20_000, -1, 20_000]);
  });
  it("shows how often it held the group back, with and without the other lines of version 2", () => {
    expect(throttlingIn("nr_periods 39\nnr_throttled 38\nthrottled_time 77\nnr_bursts 0\n")).to.deep.equal({ periods: 39, throttled: 38 });
    expect(throttlingIn("usage_usec 12\nnr_periods 5\nnr_throttled 4\nthrottled_usec 9\n")).to.deep.equal({ periods: 5, throttled: 4 });
    expect(throttlingIn("usage_usec 12\n")).to.deep.equal({ periods: 0, throttled: 0 });
  });
});

describe("busy processes", () => {
  it("die with their parent and can use no more than the quota gives for a lease", () => {
    expect(workerCommand(0.2, 22_000)).to.deep.equal([
      "prlimit",
      "--cpu=6",
      "setpriv",
      "--pdeathsig",
      "KILL",
      "sha256sum",
      "/dev/zero",
      "planefault-busy",
    ]);
  });
  it("are counted with what they used in user and in kernel mode", () => {
    expect(ticksIn("7 (a b) c) R 1 7 7 0 -1 4194304 0 0 0 0 120 34 0 0 20")).to.equal(154);
  });
});
