// What strace is told, and what is read from it. Its lines here were printed by strace 6.13.
import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { callIn, ownCallIn, Tracer, tracerCommand } from "../../src/agent/tracer.ts";

const at = { component: "etcd-1", process: "etcd" };

describe("the tracer's command", () => {
  it("holds each sync, ends after the lease and dies with its parent", () => {
    expect(tracerCommand(7, { op: "sync.delay", at, delayMs: 500 }, 22_400).join(" ")).to.equal(
      "setpriv --pdeathsig TERM timeout --kill-after=1 23 setpriv --pdeathsig TERM strace -f -qq -T -e trace=fsync,fdatasync -e inject=fsync,fdatasync:delay_enter=500000 -p 7",
    );
  });
  it("fails the first sync of a thread and then each n-th", () => {
    expect(tracerCommand(7, { op: "sync.fail", at, error: "EIO", every: 3 }, 1_000)).to.include(
      "inject=fsync,fdatasync:error=EIO:when=1+3",
    );
    expect(tracerCommand(7, { op: "sync.fail", at, error: "ENOSPC", every: 1 }, 1_000)).to.include(
      "inject=fsync,fdatasync:error=ENOSPC:when=1+1",
    );
  });
});

describe("a tracer", () => {
  const path = process.env["PATH"];
  let proc: string;
  const tracedBy = (tracer: number): void => writeFileSync(join(proc, "7/task/7/status"), `TracerPid:\t${tracer}\n`);
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), "planefault-tracer-"));
    mkdirSync(join(proc, "7/task/7"), { recursive: true });
    writeFileSync(join(proc, "7/cmdline"), "writer\0");
    writeFileSync(join(proc, "7/stat"), `7 (writer) S ${Array.from({ length: 18 }, () => "0").join(" ")} 78 0`);
    // In the place of the first program of the command.
    writeFileSync(join(proc, "setpriv"), `#!${process.execPath}\nsetInterval(() => undefined, 1000);\n`, { mode: 0o755 });
    process.env["PATH"] = `${proc}${delimiter}${path}`;
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(proc, { recursive: true });
  });

  for (const [startTicks, end] of [
    ["78", "traced"],
    ["77", "Error: pid 7 is no longer writer: it started at 78, armed was 77"],
  ] as const)
    it(`that has attached to a process that started at 78, armed was ${startTicks}: ${end}`, async () => {
      const tracer = new Tracer({ name: "writer", pid: 7, hostPid: 7, startTicks }, { op: "sync.delay", at, delayMs: 500 }, 1_000, proc);
      tracedBy(99);
      expect(await tracer.attach().then(() => "traced", String)).to.equal(end);
      tracedBy(0);
      await tracer.detach();
    });
});

describe("a line of strace", () => {
  const cases: readonly (readonly [string, ReturnType<typeof callIn>])[] = [
    ["[pid    15] fdatasync(20) = 0 (DELAYED) <0.300449>", { tookMs: 300.449, failed: false }],
    ["fsync(3)                = 0 <0.000764>", { tookMs: 0.764, failed: false }],
    ["[pid    14] <... fdatasync resumed>) = 0 (DELAYED) <0.501000>", { tookMs: 501, failed: false }],
    ["[pid    15] fdatasync(20) = -1 EIO (Input/output error) (INJECTED) <0.000119>", { tookMs: 0.119, failed: true }],
    ["[pid    14] fsync(3 <unfinished ...>", undefined],
    ["[pid    15] fdatasync(20strace: Process 15 detached", undefined],
    [" <detached ...>", undefined],
    ["strace: attach: ptrace(PTRACE_SEIZE, 7): Operation not permitted", undefined],
    ["[pid    15] fdatasync(20) = ? <unavailable>", undefined],
    ['[pid    15] write(20, "fsync() = 0 <0.1>", 16) = 16 (x) <0.100000> trailing', undefined],
  ];
  for (const [line, call] of cases)
    it(`${call === undefined ? "is no end of a sync" : "is one"}: ${line}`, () => expect(callIn(line)).to.deep.equal(call));
});

describe("a sync that the tracer saw", () => {
  const isThread = (thread: number): boolean => [14, 15].includes(thread);
  const call = { tookMs: 50.783, failed: false };
  it("is one of the process where one of its threads asked for it, or nobody else is traced", () => {
    expect(ownCallIn("[pid    15] <... fdatasync resumed>)    = 0 (DELAYED) <0.050783>", isThread)).to.deep.equal(call);
    expect(ownCallIn("fdatasync(4)                = 0 (DELAYED) <0.050783>", isThread)).to.deep.equal(call);
  });
  it("is none where a child that the process started meanwhile asked for it: strace follows these, too", () => {
    expect(ownCallIn("[pid    16] <... fdatasync resumed>)    = 0 (DELAYED) <0.050783>", isThread)).to.equal(undefined);
    expect(ownCallIn("[pid    16] fdatasync(4)                = 0 (DELAYED) <0.050783>", isThread)).to.equal(undefined);
  });
});
