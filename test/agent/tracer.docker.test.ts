// Held and failing syncs of a real process: each call is hit and no other, and however it ends, the process goes on untraced.
import { expect } from "chai";
import { readFileSync, readdirSync } from "node:fs";
import { matchHostPid } from "../../src/drivers/docker/host-pid.ts";
import { type Host, restore } from "../../src/keeper/restore.ts";
import type { Bound } from "../../src/model/agent-protocol.ts";
import type { Op } from "../../src/model/op.ts";
import { Bench, type TestAgent, armedChange, eventually, identity } from "./agent-container.ts";

const table = "planefault_test";
/** Syncs all the time and says of each sync how long it took, or its error. */
const writer = `process.title="writer";const fs=require("fs");const f=fs.openSync("/tmp/x","w");
const loop=()=>{const from=performance.now();fs.writeSync(f,"x",0);fs.fdatasync(f,(error)=>{console.log(error?error.code:(performance.now()-from).toFixed(1));setTimeout(loop,20)})};loop()`;
const processes = [{ name: "writer", exe: "writer" }];
const at = { component: "place", process: "writer" };

describe("a tracer in containers", function () {
  this.timeout(120_000);
  let bench: Bench;
  let agent: TestAgent;
  let other: TestAgent;
  let bound: Bound;
  let container: Awaited<ReturnType<Bench["component"]>>;

  before(async () => {
    bench = await Bench.open();
    container = await bench.component(["node", "-e", writer], undefined);
    other = await bench.agent(container);
    agent = await bench.agent(container, [], ["SYS_PTRACE"]);
    await eventually("the writer", 5_000, async () => (await digest())["process/writer"] !== "absent");
    bound = (await agent.ask({ do: "bind", processes, process: undefined, volume: undefined, path: "" })) as Bound;
  });
  after(async () => await bench.close());

  const digest = async (): Promise<Record<string, string>> => (await other.ask({ do: "digest", processes })) as Record<string, string>;
  const armed = (id: string, apply: Op, leaseMs = 30_000) =>
    armedChange(id, apply, { op: "sync.pass", at }, { holdMs: 2_000, leaseMs }, identity("place", bound.netns, {}, bound));
  const said = async (): Promise<readonly string[]> =>
    (await container.logs({ stdout: true, stderr: true })).toString("latin1").match(/\d+\.\d|E[A-Z]+/gu) ?? [];
  /** What the writer says in the next while. */
  const hear = async (least: number): Promise<readonly string[]> => {
    const from = (await said()).length;
    await eventually(`${least} syncs of the writer`, 15_000, async () => (await said()).length >= from + least + 1);
    return (await said()).slice(from + 1);
  };
  const quick = (words: readonly string[]): boolean => words.every((word) => Number(word) < 150);

  it("holds each sync for the delay, which its witness measures, and sets the process free", async () => {
    const before = await digest();
    const change = armed("t1", { op: "sync.delay", at, delayMs: 200 });
    await agent.ask({ do: "arm", armed: change, table });
    const witness = { kind: "sync", id: "w", changes: ["t1"], at, asked: { delayMs: 200 } } as const;
    await agent.ask({ do: "witness", witness, role: "answer", addresses: {}, armed: [change] });
    expect(quick(await hear(5))).to.equal(true);
    const fireAt = bench.now() + 300;
    const done = await agent.fire("t1", fireAt);
    expect((await hear(5)).map(Number).every((ms) => ms >= 200 && ms < 350)).to.equal(true);
    expect((await digest())["process/writer"]).to.include("traced");
    const undoAt = bench.now();
    await agent.ask({ do: "undo", change: "t1" });
    const undone = bench.now();
    expect(quick(await hear(20))).to.equal(true);
    await agent.ask({ do: "quiet" });
    const during = agent.rows("w").filter(([row]) => row > done + 200 && row < undoAt);
    console.log(`      traced ${(done - fireAt).toFixed(0)} ms after the instant, free ${(undone - undoAt).toFixed(0)} ms after the order`);
    expect(during.length).to.be.above(2);
    expect(during.every(([, values]) => values["traced"] === 1)).to.equal(true);
    expect(Math.min(...during.flatMap(([, values]) => values["shortestMs"] ?? []))).to.be.within(200, 350);
    expect(agent.rows("w").at(-1)?.[1]).to.include({ traced: 0, halted: 0, sameStart: 1 });
    await agent.ask({ do: "disarm" });
    expect(await digest()).to.deep.equal(before);
  });

  it("fails every third sync of a thread with the error that was asked", async () => {
    await agent.ask({ do: "arm", armed: armed("t2", { op: "sync.fail", at, error: "ENOSPC", every: 3 }), table });
    await agent.fire("t2", bench.now());
    const words = await hear(30);
    await agent.ask({ do: "undo", change: "t2" });
    const failed = words.filter((word) => word === "ENOSPC").length;
    // Four threads of Node's pool take turns, and each counts its own syncs.
    expect(failed).to.be.within(words.length / 3 - 4, words.length / 3 + 4);
    expect(words.filter((word) => word !== "ENOSPC").every((word) => Number(word) < 150)).to.equal(true);
    expect(await hear(5)).not.to.include("ENOSPC");
    await agent.ask({ do: "disarm" });
  });

  it("refuses to fire at a process that somebody else traces", async () => {
    await agent.ask({ do: "arm", armed: armed("t3", { op: "sync.delay", at, delayMs: 50 }), table });
    await agent.ask({ do: "arm", armed: armed("t4", { op: "sync.delay", at, delayMs: 50 }), table });
    await agent.fire("t3", bench.now());
    expect(await agent.fire("t4", bench.now()).catch(String)).to.match(/somebody else traces writer/u);
    await agent.ask({ do: "disarm" });
  });

  it("says why it cannot trace, and leaves nothing", async () => {
    const before = await digest();
    // A process of another user, or with capabilities that the agent lacks, needs CAP_SYS_PTRACE; one of ours does not, so here it is one that has ended.
    await agent.ask({
      do: "arm",
      armed: armedChange(
        "t5",
        { op: "sync.delay", at, delayMs: 50 },
        { op: "sync.pass", at },
        { holdMs: 1, leaseMs: 1_000 },
        {
          ...identity("place", bound.netns, {}, bound),
          process: { name: "writer", pid: 4_000_000, hostPid: 0, startTicks: "1" },
        },
      ),
      table,
    });
    expect(await agent.fire("t5", bench.now()).catch(String)).to.match(/writer \(pid 4000000\) is gone/u);
    await agent.ask({ do: "disarm" });
    expect(await digest()).to.deep.equal(before);
  });

  it("ends with its lease when nobody undoes", async () => {
    await agent.ask({ do: "arm", armed: armed("t6", { op: "sync.delay", at, delayMs: 300 }, 500), table });
    await agent.fire("t6", bench.now());
    expect((await digest())["process/writer"]).to.include("traced");
    await eventually("the tracer to end", 4_000, async () => !(await digest())["process/writer"]?.includes("traced"));
    expect(quick(await hear(5))).to.equal(true);
    await agent.ask({ do: "disarm" });
  });

  it("is ended by the keeper though it is stopped, and the process goes on", async () => {
    const change = armed("t8", { op: "sync.delay", at, delayMs: 300 });
    const traced = bound.process;
    if (!traced) return expect.fail();
    const files = processesOf(container.id).flatMap(({ pid }) =>
      ["status", "stat"].map((file) => readFileSync(`/proc/${pid}/${file}`, "utf8")),
    );
    const lease = { ...change, at: { ...change.at, process: { ...traced, hostPid: matchHostPid(files.join("\n"), traced) ?? 0 } } };
    await agent.ask({ do: "arm", armed: change, table });
    await agent.fire("t8", bench.now());
    const strace = processesOf(agent.container.id).find(({ program }) => program === "strace");
    process.kill(Number(strace?.pid), "SIGSTOP");
    const host: Host = { cgroups: "/sys/fs/cgroup", proc: "/proc", kill: (pid, signal) => void process.kill(pid, signal) };
    expect(() => restore(lease, host)).to.throw("has got SIGTERM and was not yet seen to let go");
    const look = (): string => {
      try {
        return restore(lease, host, true);
      } catch (error) {
        return String(error);
      }
    };
    await eventually("the tracer to let go", 2_000, () => look().includes("nobody traces"));
    expect((await digest())["process/writer"])
      .to.include("not stopped")
      .and.not.include("traced");
    expect(quick(await hear(5))).to.equal(true);
    await agent.ask({ do: "disarm" });
  });

  it("dies with an agent that is killed while it holds a sync, and the process goes on", async () => {
    await agent.ask({ do: "arm", armed: armed("t7", { op: "sync.delay", at, delayMs: 5_000 }), table });
    await agent.fire("t7", bench.now());
    // The tracer halts a thread at each system call, but for so many looks only while it holds it up.
    const silent = (await said()).length;
    let looks = 0;
    await eventually("the writer to be held", 4_000, () => (looks = isHeld(container.id) ? looks + 1 : 0) === 10);
    expect((await said()).length).to.be.at.most(silent + 1);
    agent.fallSilent();
    await agent.container.kill({ signal: "SIGKILL" });
    await eventually("the writer to be free", 4_000, async () => !(await digest())["process/writer"]?.includes("traced"));
    expect((await digest())["process/writer"]).to.include("not stopped");
    expect(quick(await hear(5))).to.equal(true);
    expect(processesOf(agent.container.id), "what is left of the agent").to.deep.equal([]);
  });
});

/** Pids and names of the processes that live in a container's cgroup. */
const processesOf = (containerId: string): readonly { readonly pid: string; readonly program: string }[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((pid) => {
      try {
        const inside = readFileSync(`/proc/${pid}/cgroup`, "utf8").includes(containerId);
        return inside ? [{ pid, program: readFileSync(`/proc/${pid}/comm`, "utf8").trim() }] : [];
      } catch {
        return [];
      }
    });

/** Whether a tracer has halted any thread. */
const isHeld = (containerId: string): boolean =>
  processesOf(containerId).some(({ pid }) =>
    readdirSync(`/proc/${pid}/task`).some((thread) => /^State:\s+t/mu.test(readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8"))),
  );
