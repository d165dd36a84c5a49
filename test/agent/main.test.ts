// The agent as a process: how it ends when nobody speaks, and what it still takes while it ends.
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { ownNetns } from "../../src/agent/namespace.ts";
import { familiesOf, readProcesses } from "../../src/agent/process-table.ts";
import { armedChange, eventually, identity } from "./agent-container.ts";

const program = join(import.meta.dirname, "../../src/agent/main.ts");

describe("agent", function () {
  this.timeout(15_000);
  let child: ChildProcessWithoutNullStreams;
  let heard: string;
  let exit: number | null | undefined;
  const say = (command: object): void => void child.stdin.write(`${JSON.stringify(command)}\n`);

  function start(firstWordMs = 60_000): void {
    heard = "";
    exit = undefined;
    child = spawn(process.execPath, [program], { env: { ...process.env, PLANEFAULT_FIRST_WORD_MS: String(firstWordMs) } });
    child.stdout.setEncoding("utf8").on("data", (text: string) => (heard += text));
    child.once("exit", (code) => (exit = code));
  }
  afterEach(async () => {
    child.kill("SIGKILL");
    await eventually("its end", 5_000, () => exit !== undefined);
  });

  it("ends where nobody ever speaks to it, though its input stays open", async () => {
    start(200);
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect(exit).to.equal(0);
  });

  it("goes on watching for silence after a hello that it refused", async () => {
    start();
    say({ id: 1, do: "hello", originNs: "0", silenceMs: 500 });
    say({ id: 2, do: "hello", originNs: "noon", silenceMs: 500 });
    await eventually("its refusal", 5_000, () => heard.includes('{"id":2,"ok":false'));
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect(exit).to.equal(0);
    expect(heard).to.include("no heartbeat: everything is undone");
  });

  it("takes no order while it ends, but to undo", async () => {
    const exe = `slow-${process.pid}`;
    const declared = [{ name: "clerk", exe }];
    const clerks: ChildProcess[] = [];
    const bringBack = (): void =>
      void clerks.push(
        spawn(process.execPath, ["-e", `process.title = "${exe}"; setInterval(() => undefined, 1000)`], { stdio: "ignore" }),
      );
    const living = () => familiesOf(readProcesses(), declared).get("clerk")?.[0];
    bringBack();
    try {
      await eventually("the clerk", 5_000, () => living() !== undefined);
      const clerk = living();
      if (!clerk) return expect.fail();
      const place = { component: "server", process: "clerk" };
      const bound = { process: { name: "clerk", pid: clerk.pid, startTicks: clerk.startTicks } };
      const at = identity("server", ownNetns(), {}, bound);
      const spans = { holdMs: 100, leaseMs: 60_000 };
      const armed = armedChange("c1", { op: "process.kill", at: place }, { op: "process.ensure", at: place }, spans, at);
      start();
      say({ id: 1, do: "hello", originNs: "0", silenceMs: 60_000 });
      say({ id: 2, do: "arm", armed, table: "planefault_main", processes: declared });
      await eventually("the arming", 5_000, () => heard.includes('{"id":2,"ok":true}'));
      say({ id: 3, do: "fire", change: "c1", atMs: 0 });
      await eventually("the shot", 5_000, () => heard.includes('{"id":3,"ok":true'));
      child.kill("SIGTERM");
      await eventually("its last word", 5_000, () => heard.includes("SIGTERM: everything is undone"));
      say({ id: 4, do: "fire", change: "c1", atMs: 0 });
      say({ id: 5, do: "undo", change: "c1" });
      await eventually("its refusal", 5_000, () => heard.includes('{"id":4,"ok":false,"error":"ending"}'));
      bringBack();
      await eventually("its exit", 8_000, () => exit !== undefined);
      expect(exit).to.equal(0);
      expect(heard).to.include('{"id":5,"ok":true');
    } finally {
      for (const one of clerks) one.kill("SIGKILL");
    }
  });
});
