// The keeper ends what strace and a processor quota do, from outside, when nobody else does.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { tracerCommand } from "../../src/agent/tracer.ts";
import { type Host, restore } from "../../src/keeper/restore.ts";
import { holdOf, squeezeOf, starveOf } from "./lease.ts";

describe("restore of quotas and traced processes", () => {
  let host: Host & { readonly killed: [number, string][] };
  let root: string;
  const group = (): string => join(root, "cpu/docker/abc123/planefault-etcd");
  const tracedBy = (tracer: number, thread = 4_242): void => {
    const folder = join(root, `4242/task/${thread}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "status"), `Name:\tetcd\nTracerPid:\t${tracer}\nUid:\t0\n`);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "planefault-restore-"));
    mkdirSync(group(), { recursive: true });
    const ours = tracerCommand(7, { op: "sync.delay", at: { component: "etcd-1", process: "etcd" }, delayMs: 500 }, 1_000);
    for (const [pid, words] of [
      ["4242", ["etcd"]],
      // The last program of the command, which has replaced those before it.
      ["4300", ours.slice(ours.lastIndexOf("strace"))],
      ["4301", ["gdb", "-p", "7"]],
      ["4302", ["strace", "-f", "-e", "trace=fsync,fdatasync", "-p", "7"]],
      ["4303", ["strace", "-f", "-e", "inject=fsync,fdatasync:error=EIO", "-p", "8"]],
    ] as const) {
      mkdirSync(join(root, pid));
      writeFileSync(join(root, pid, "cmdline"), words.map((word) => `${word}\0`).join(""));
    }
    writeFileSync(join(root, "4242/stat"), `4242 (etcd) t ${Array.from({ length: 18 }, () => "0").join(" ")} 77 0`);
    const killed: [number, string][] = [];
    host = { cgroups: root, proc: root, killed, kill: (pid, signal) => void killed.push([pid, signal]) };
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("writes the quota that was read at arm, in either version, and is content when the cgroup is gone", () => {
    writeFileSync(join(group(), "cpu.cfs_quota_us"), "20000\n");
    expect(restore(squeezeOf("c1"), host)).to.include('is "-1" again');
    expect(readFileSync(join(group(), "cpu.cfs_quota_us"), "utf8")).to.equal("-1\n");
    const v1 = squeezeOf("c1", "max 100000");
    if (!v1.at.quota) return expect.fail();
    restore({ ...v1, at: { ...v1.at, quota: { ...v1.at.quota, version: 2 } } }, host);
    expect(readFileSync(join(group(), "cpu.max"), "utf8")).to.equal("max 100000\n");
    rmSync(group(), { recursive: true });
    expect(restore(squeezeOf("c1"), host)).to.include("is gone");
  });

  it("never writes to another cgroup, and refuses to guess", () => {
    const lease = squeezeOf("c1");
    if (!lease.at.quota) return expect.fail();
    for (const cgroup of ["cpu", "cpu/docker", "cpu/docker/abc123/../..", ""])
      expect(() => restore({ ...lease, at: { ...lease.at, quota: { version: 1, before: "-1", cgroup } } }, host)).to.throw(
        "is not the cgroup of container",
      );
    expect(() => restore({ ...lease, at: { ...lease.at, quota: undefined } }, host)).to.throw("c1 has no quota to restore");
    const hold = holdOf("c2");
    expect(() => restore({ ...hold, at: { ...hold.at, process: undefined } }, host)).to.throw("c2 has no process to set free");
  });

  it("writes the memory limit that was read at arm, then whether the kernel may kill, and in version 2 the limit alone", () => {
    const folder = join(root, "memory/docker/abc123");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "memory.limit_in_bytes"), "60000000\n");
    expect(restore(starveOf("c1"), host)).to.include('is "9223372036854771712" again, and oom_kill_disable 0');
    expect(readFileSync(join(folder, "memory.limit_in_bytes"), "utf8")).to.equal("9223372036854771712\n");
    expect(readFileSync(join(folder, "memory.oom_control"), "utf8")).to.equal("0\n");
    const second = starveOf("c1", "max", "");
    if (!second.at.memory) return expect.fail();
    restore({ ...second, at: { ...second.at, memory: { ...second.at.memory, version: 2 } } }, host);
    expect(readFileSync(join(folder, "memory.high"), "utf8")).to.equal("max\n");
    const elsewhere = { version: 1, cgroup: "memory/docker", before: "4096", killDisable: "0" } as const;
    expect(() => restore({ ...second, at: { ...second.at, memory: elsewhere } }, host)).to.throw("is not the cgroup of container");
    rmSync(folder, { recursive: true });
    expect(restore(starveOf("c1"), host)).to.include("is gone");
    expect(() => restore({ ...second, at: { ...second.at, memory: undefined } }, host)).to.throw("c1 has no memory limit to restore");
  });

  it("tells our tracer of the armed process to end, and nobody else: a strace of an operator's was told to end once", () => {
    tracedBy(4_300);
    const ending: Host["kill"] = (pid, signal) => {
      host.kill(pid, signal);
      tracedBy(0);
    };
    expect(restore(holdOf("c1"), { ...host, kill: ending })).to.equal("the tracer of etcd (host pid 4300) has let go");
    expect(host.killed).to.deep.equal([[4_300, "SIGTERM"]]);
    for (const other of [4_301, 4_302, 4_303]) {
      tracedBy(other);
      expect(restore(holdOf("c1"), host)).to.equal(`etcd (host pid 4242) is traced by another (host pid ${other})`);
    }
    tracedBy(0);
    expect(restore(holdOf("c1"), host)).to.include("nobody traces etcd");
    expect(restore(holdOf("c1", "78"), host)).to.include("is gone");
    expect(host.killed).to.have.length(1);
  });

  it("does not close the lease of a process whose tracer was not seen to let go, and kills that tracer at the next try: a stopped one hears nothing else", () => {
    tracedBy(4_300);
    expect(() => restore(holdOf("c1"), host)).to.throw("the tracer of etcd (host pid 4300) has got SIGTERM and was not yet seen to let go");
    expect(() => restore(holdOf("c1"), host, true)).to.throw("has got SIGKILL");
    expect(host.killed).to.deep.equal([
      [4_300, "SIGTERM"],
      [4_300, "SIGKILL"],
    ]);
  });

  it("sees a tracer that has let go of the first thread and not yet of another", () => {
    tracedBy(0);
    tracedBy(4_300, 4_243);
    expect(() => restore(holdOf("c1"), host)).to.throw("was not yet seen to let go");
  });
});
