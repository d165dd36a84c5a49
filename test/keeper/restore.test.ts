import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Host, restore } from "../../src/keeper/restore.ts";
import { leaseOf, stopOf } from "./lease.ts";

describe("restore", () => {
  let host: Host & { readonly killed: [number, string][] };
  let root: string;
  const file = (): string => join(root, "blkio/docker/abc123/planefault-etcd/blkio.throttle.write_iops_device");

  const isIn = (state: string): void =>
    writeFileSync(join(root, "4242/stat"), `4242 (et cd) x) ${state} ${Array.from({ length: 18 }, () => "0").join(" ")} 77 0`);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "planefault-restore-"));
    mkdirSync(join(root, "blkio/docker/abc123/planefault-etcd"), { recursive: true });
    mkdirSync(join(root, "4242"));
    isIn("T");
    const killed: [number, string][] = [];
    host = { cgroups: root, proc: root, killed, kill: (pid, signal) => void killed.push([pid, signal]) };
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("writes the value read at arm, not a default, and reads it back", () => {
    writeFileSync(file(), "254:0 20\n");
    expect(restore(leaseOf("c1", "700"), host)).to.include('is "700" again');
    expect(readFileSync(file(), "utf8")).to.equal("254:0 700\n");
  });

  it("throws where the file does not hold what was written", () => {
    // A plain file keeps "254:0 0", where the kernel would drop the line.
    expect(() => restore(leaseOf("c1", ""), host)).to.throw('holds "0" and should hold ""');
  });

  it("is content when the container's cgroup is gone", () => {
    rmSync(join(root, "blkio/docker/abc123"), { recursive: true });
    expect(restore(leaseOf("c1"), host)).to.include("is gone");
  });

  it("lifts every limit of a v2 cgroup that had none, and only its own words", () => {
    const limited = join(root, "system.slice/docker-abc123.scope");
    mkdirSync(limited, { recursive: true });
    const lease = leaseOf("c1", "rbps=max wbps=max riops=max wiops=50");
    const { limit } = lease.at;
    if (!limit) return expect.fail();
    const v2 = { ...limit, version: 2, cgroup: "system.slice/docker-abc123.scope" } as const;
    expect(restore({ ...lease, at: { ...lease.at, limit: v2 } }, host)).to.include("wiops=50");
    expect(readFileSync(join(limited, "io.max"), "utf8")).to.equal("254:0 rbps=max wbps=max riops=max wiops=50\n");
    // The kernel drops the line of a device without limits; a plain file keeps it, and so we see what was written.
    expect(() => restore({ ...lease, at: { ...lease.at, limit: { ...v2, before: "" } } }, host)).to.throw('should hold ""');
    expect(readFileSync(join(limited, "io.max"), "utf8")).to.equal("254:0 rbps=max wbps=max riops=max wiops=max\n");
  });

  it("refuses to guess: no identity, no device, or an op that is no undo", () => {
    const [limit, stop] = [leaseOf("c1"), stopOf("c2")];
    const { limit: of } = limit.at;
    if (!of) return expect.fail();
    expect(() => restore({ ...limit, at: { ...limit.at, limit: undefined } }, host)).to.throw("c1 has no limit to restore");
    expect(() => restore({ ...stop, at: { ...stop.at, process: undefined } }, host)).to.throw("c2 has no process to continue");
    expect(() => restore({ ...limit, at: { ...limit.at, limit: { ...of, device: "254:0 wiops=1\n8:0" } } }, host)).to.throw("is no device");
    for (const { change } of [limit, stop])
      expect(() => restore({ ...limit, change: { ...change, undo: change.apply } }, host)).to.throw(`${change.apply.op} is no undo`);
    expect(host.killed).to.deep.equal([]);
  });

  it("has nothing to do for a process that was killed: the killing ended with the agent, its supervisor does the rest", () => {
    const { change, at } = stopOf("c1");
    const killed = {
      at,
      change: { ...change, apply: { op: "process.kill", at: change.apply.at }, undo: { op: "process.ensure", at: change.apply.at } },
    };
    expect(restore(killed as ReturnType<typeof stopOf>, host)).to.include("the process' supervisor brings it back");
    expect(host.killed).to.deep.equal([]);
  });

  it("takes a process that has ended for gone", () => {
    rmSync(join(root, "4242"), { recursive: true });
    expect(restore(stopOf("c1"), host)).to.equal("etcd (host pid 4242) is gone");
  });

  for (const cgroup of [
    "blkio",
    "blkio/docker",
    "blkio/docker/abc123/../..",
    "blkio/abc123/docker/other",
    "blkio/docker/abc123/other",
    "planefault-etcd",
    "",
  ]) {
    it(`never writes to the cgroup "${cgroup}"`, () => {
      const lease = leaseOf("c1");
      const { limit } = lease.at;
      if (!limit) return expect.fail();
      expect(() => restore({ ...lease, at: { ...lease.at, limit: { ...limit, cgroup } } }, host)).to.throw(
        "is not the cgroup of container",
      );
    });
  }

  it("signals nobody where the ledger does not bind a process by pid and start time: what is gone has no start time either", () => {
    const stop = stopOf("c1");
    const { process: bound } = stop.at;
    if (!bound) return expect.fail();
    for (const lost of [{ hostPid: -1 }, { hostPid: 0 }, { hostPid: 1 }, { hostPid: 4_243 }, { hostPid: 4_242.5 }]) {
      // What JSON.parse makes of a line that lacks it.
      const process = { ...bound, ...lost, startTicks: undefined as unknown as string };
      for (const undo of ["process.continue", "sync.pass"] as const) {
        const op = { op: undo, at: stop.change.apply.at } as typeof stop.change.undo;
        const lease = { change: { ...stop.change, undo: op }, at: { ...stop.at, process } };
        expect(() => restore(lease, host), `${undo} of ${lost.hostPid}`).to.throw("is not bound by pid and start time");
      }
    }
    expect(host.killed).to.deep.equal([]);
  });

  it("lets the armed process go on, and nobody who has its pid by now", () => {
    const waking: Host["kill"] = (pid, signal) => {
      host.kill(pid, signal);
      isIn("S");
    };
    expect(restore(stopOf("c1"), { ...host, kill: waking })).to.equal("etcd (host pid 4242) goes on");
    expect(host.killed).to.deep.equal([[4_242, "SIGCONT"]]);
    expect(restore(stopOf("c1", "78"), host)).to.include("is gone");
    expect(host.killed).to.have.length(1);
  });

  it("does not close the lease of a process that is still stopped after it was told to go on", () => {
    expect(() => restore(stopOf("c1"), host)).to.throw("etcd (host pid 4242) was told to go on and is still stopped");
    expect(host.killed).to.deep.equal([[4_242, "SIGCONT"]]);
  });
});
