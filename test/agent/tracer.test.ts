// What strace is told, and what is read from it. Its lines here were printed by strace 6.13.
import { expect } from "chai";
import { callIn, ownCallIn, tracerCommand } from "../../src/agent/tracer.ts";

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
