// The keeper as a process, on folders that stand for the host's /proc and cgroups; a limit file here is a plain file, so the limit before is a number.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { eventually } from "../agent/agent-container.ts";
import { holdOf, leaseOf } from "./lease.ts";

const program = join(import.meta.dirname, "../../src/keeper/main.ts");

describe("keeper", function () {
  this.timeout(15_000);
  let root: string;
  let child: ChildProcessWithoutNullStreams;
  let heard: string;
  let exit: number | null | undefined;
  const file = (): string => join(root, "blkio/docker/abc123/planefault-etcd/blkio.throttle.write_iops_device");
  const limit = (): string => readFileSync(file(), "utf8");
  const say = (command: object): void => void child.stdin.write(`${JSON.stringify(command)}\n`);

  function start(firstWordMs = 60_000): void {
    heard = "";
    exit = undefined;
    child = spawn(process.execPath, [program], {
      env: {
        ...process.env,
        KEEPER_CGROUPS: root,
        KEEPER_PROC: root,
        KEEPER_LEDGER: join(root, "ledger"),
        PLANEFAULT_FIRST_WORD_MS: String(firstWordMs),
      },
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => (heard += text));
    child.once("exit", (code) => (exit = code));
  }

  async function takeLease(forMs: number, startMs = 0, lease = leaseOf("c1", "700")): Promise<void> {
    say({ id: 1, do: "hello", silenceMs: 800 });
    say({ id: 2, do: "lease", armed: { ...lease, change: { ...lease.change, startMs } }, forMs });
    await eventually("the lease", 5_000, () => heard.includes('{"id":2,"ok":true}'));
    writeFileSync(file(), "254:0 20\n");
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "planefault-keeper-"));
    mkdirSync(join(root, "blkio/docker/abc123/planefault-etcd"), { recursive: true });
    writeFileSync(file(), "254:0 700\n");
    start();
  });
  afterEach(async () => {
    child.kill("SIGKILL");
    await eventually("its end", 5_000, () => exit !== undefined);
    rmSync(root, { recursive: true, force: true });
  });

  it("undoes at end of input and exits 0", async () => {
    await takeLease(60_000);
    child.stdin.end();
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect([exit, limit()]).to.deep.equal([0, "254:0 700\n"]);
  });

  it("undoes when heartbeats stop, though its input stays open", async () => {
    await takeLease(60_000);
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect([exit, limit()]).to.deep.equal([0, "254:0 700\n"]);
  });

  it("undoes when the lease has ended, though the harness lives", async () => {
    await takeLease(100);
    const beat = setInterval(() => say({ id: 9, do: "ping" }), 50);
    await eventually("the limit to be restored", 5_000, () => limit() === "254:0 700\n");
    expect(exit).to.equal(undefined);
    // It says so after it has done so, and through a pipe.
    await eventually("its word", 5_000, () => heard.includes("the lease has ended: c1"));
    clearInterval(beat);
  });

  it("counts the lease of a late change from its shot, not from the start of the phase", async () => {
    await takeLease(100, 60_000);
    const beat = setInterval(() => say({ id: 9, do: "ping" }), 50);
    await eventually("its end", 5_000, () => heard.includes("the lease has ended: c1")).finally(() => clearInterval(beat));
    expect(limit()).to.equal("254:0 700\n");
  });

  it("undoes what a killed keeper left, when it starts again", async () => {
    await takeLease(60_000);
    child.kill("SIGKILL");
    await eventually("its end", 5_000, () => exit !== undefined);
    start();
    await eventually("the limit to be restored", 5_000, () => limit() === "254:0 700\n");
    await eventually("an empty ledger", 5_000, () => readFileSync(join(root, "ledger"), "utf8") === "");
  });

  it("tries again what a killed keeper left, though its input stays open and nobody speaks, and ends when it is undone", async () => {
    await takeLease(60_000);
    child.kill("SIGKILL");
    await eventually("its end", 5_000, () => exit !== undefined);
    rmSync(file());
    mkdirSync(file());
    start();
    await eventually("its first try", 5_000, () => heard.includes("found at start: c1 could not be undone"));
    // For longer than it takes to look whether anything is left.
    await eventually("its third try", 5_000, () => heard.split("could not be undone").length > 3);
    expect(exit).to.equal(undefined);
    rmSync(file(), { recursive: true });
    writeFileSync(file(), "254:0 20\n");
    await eventually("the limit to be restored", 5_000, () => limit() === "254:0 700\n");
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect([exit, readFileSync(join(root, "ledger"), "utf8")]).to.deep.equal([0, ""]);
  });

  it("ends where nobody ever speaks to it, though its input stays open", async () => {
    child.kill("SIGKILL");
    await eventually("its end", 5_000, () => exit !== undefined);
    rmSync(join(root, "ledger"), { force: true });
    start(200);
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect(exit).to.equal(0);
  });

  it("does not call all undone where a whole line of its ledger cannot be read: it may be a lease, and stays", async () => {
    await takeLease(60_000);
    child.kill("SIGKILL");
    await eventually("its end", 5_000, () => exit !== undefined);
    const foreign = '{"version":2,"entry":"lease"}\n';
    appendFileSync(join(root, "ledger"), foreign);
    start();
    child.stdin.end();
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect([exit, limit()]).to.deep.equal([5, "254:0 700\n"]);
    expect(readFileSync(join(root, "ledger"), "utf8")).to.include(foreign);
  });

  it("kills a tracer that is stopped at its second try, and closes the lease when it has seen it let go", async () => {
    const tracer = spawn("sleep", ["60"], { stdio: "ignore" });
    tracer.kill("SIGSTOP");
    const ended = once(tracer, "exit");
    const tracedBy = (pid: number): void => writeFileSync(join(root, "4242/task/4242/status"), `TracerPid:\t${pid}\n`);
    for (const folder of ["4242/task/4242", String(tracer.pid)]) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, "4242/stat"), `4242 (etcd) t ${Array.from({ length: 18 }, () => "0").join(" ")} 77 0`);
    writeFileSync(join(root, String(tracer.pid), "cmdline"), ["strace", "inject=fsync,fdatasync:error=EIO", "-p", "7"].join("\0"));
    tracedBy(tracer.pid ?? 0);
    try {
      await takeLease(60_000, 0, holdOf("c1"));
      child.stdin.end();
      expect((await ended)[1]).to.equal("SIGKILL");
    } finally {
      tracer.kill("SIGKILL");
    }
    expect(exit).to.equal(undefined);
    tracedBy(0);
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect([exit, readFileSync(join(root, "ledger"), "utf8")]).to.deep.equal([0, ""]);
  });

  it("touches nothing that was released", async () => {
    await takeLease(60_000);
    say({ id: 3, do: "release", change: "c1" });
    child.stdin.end();
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect([exit, limit()]).to.deep.equal([0, "254:0 20\n"]);
  });

  it("answers what it does not understand, and goes on", async () => {
    child.stdin.write("not JSON\n[1]\n");
    say({ id: 1, do: "lease", armed: {} });
    say({ id: 2, do: "forget" });
    say({ id: 3, do: "ping" });
    await eventually("the last answer", 5_000, () => heard.includes('{"id":3,"ok":true}'));
    expect(heard).to.include("not a request: not JSON").and.include("not a request: [1]");
    expect(heard).to.include('{"id":1,"ok":false,"error":"this is no armed change"}');
    expect(heard).to.match(/"id":2,"ok":false,"error":"unknown command/u);
    say({ id: 4, do: "bye" });
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect([exit, heard.includes('{"id":4,"ok":true}')]).to.deep.equal([0, true]);
  });

  it("tells that its ledger was torn, and tries again what cannot be undone at once", async () => {
    await takeLease(60_000);
    child.kill("SIGKILL");
    await eventually("its end", 5_000, () => exit !== undefined);
    appendFileSync(join(root, "ledger"), '{"version":1,"entry":"le');
    rmSync(file());
    mkdirSync(file());
    start();
    await eventually(
      "the complaints",
      5_000,
      () => heard.includes("was torn while being written") && heard.includes("c1 could not be undone"),
    );
    child.stdin.end();
    await eventually("its second try", 5_000, () => heard.includes("end of input: c1 could not be undone"));
    expect(exit).to.equal(undefined);
    rmSync(file(), { recursive: true });
    writeFileSync(file(), "254:0 20\n");
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect([exit, limit()]).to.deep.equal([0, "254:0 700\n"]);
  });
});
