// Ending processes for real: a supervisor of the test's own starts one of a name that nobody else has, and brings it back or does not.
import { expect } from "chai";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { endProcess } from "../../src/agent/end-process.ts";
import { familiesOf, keyOf, type ProcessRow, readProcess, readProcesses } from "../../src/agent/process-table.ts";
import { eventually } from "./agent-container.ts";

const exe = `ends-${process.pid}`;
const declared = [{ name: "clerk", exe }];
const deadlines = { endMs: 600, backMs: 3_000 };

/** Starts `exe` again each time it has ended, `backMs` later; -1 never. The child may be deaf to SIGTERM. */
const supervisor = (backMs: number, deaf: boolean): string => `
  const { spawn } = require("node:child_process");
  const program = "${deaf ? "process.on('SIGTERM', () => undefined);" : ""} process.title = '${exe}'; setInterval(() => undefined, 1000)";
  let child;
  process.on("SIGTERM", () => { child.kill("SIGKILL"); process.exit(0); });
  const start = () => {
    child = spawn(process.execPath, ["-e", program], { stdio: "ignore" });
    child.on("exit", () => { if (${backMs} >= 0) setTimeout(start, ${backMs}); });
  };
  start();
`;

describe("ending a process", function () {
  this.timeout(15_000);
  let parent: ChildProcess;
  const living = (): ProcessRow | undefined => familiesOf(readProcesses(), declared).get("clerk")?.[0];
  const supervised = async (backMs: number, deaf = false) => {
    parent = spawn(process.execPath, ["-e", supervisor(backMs, deaf)], { stdio: "ignore" });
    await eventually("the process to run", 5_000, () => living() !== undefined);
    const row = living();
    if (!row) throw new Error("it does not run");
    return { name: "clerk", pid: row.pid, hostPid: row.pid, startTicks: row.startTicks };
  };
  afterEach(async () => {
    parent.kill("SIGTERM");
    if (parent.exitCode === null && parent.signalCode === null) await once(parent, "exit");
    await eventually("the process to be gone", 5_000, () => living() === undefined);
  });

  it("keeps it down however often it is brought back, and leaves it alone after the undo", async () => {
    const identity = await supervised(30);
    const { apply, undo } = endProcess(identity, declared, { signal: "KILL", again: true }, deadlines);
    await apply();
    const seen = new Set<string>();
    let absent = 0;
    await eventually("it to be brought back three times", 10_000, () => {
      const row = living();
      if (row) seen.add(keyOf(row));
      else absent += 1;
      return seen.size >= 3;
    });
    expect(seen.has(keyOf(identity))).to.equal(false);
    expect(absent, "how often nobody was there").to.be.above(seen.size);
    await undo();
    const back = living();
    expect(back && keyOf(back)).not.to.equal(keyOf(identity));
    // Asked again, it finds the same one.
    await undo();
    expect(living()?.pid).to.equal(back?.pid);
  });

  it("ends it once, and the undo waits for the one that comes back", async () => {
    const identity = await supervised(400);
    const { apply, undo } = endProcess(identity, declared, { signal: "TERM", again: false }, deadlines);
    await apply();
    expect(living()).to.equal(undefined);
    await undo();
    expect(living()?.pid).to.be.a("number").and.not.equal(identity.pid);
  });

  it("says so where no supervisor brings it back", async () => {
    const identity = await supervised(-1);
    const { apply, undo } = endProcess(identity, declared, { signal: "KILL", again: false }, { ...deadlines, backMs: 200 });
    await apply();
    const refused = await undo().catch(String);
    expect(refused).to.contain("waited 0.2 s for a new process of clerk to run: its supervisor has not brought it back");
  });

  it("says so where it does not end, and does not call that undone: it may still end when the run is over", async () => {
    const identity = await supervised(30, true);
    const { apply, undo } = endProcess(identity, declared, { signal: "TERM", again: false }, { ...deadlines, backMs: 200 });
    expect(await apply().catch(String)).to.contain(`waited 0.6 s for clerk (pid ${identity.pid}) to end after SIGTERM`);
    expect(await undo().catch(String)).to.contain(`clerk (pid ${identity.pid}) to end: it was asked to, and may still do so`);
    expect(readProcess(identity.pid)?.startTicks).to.equal(identity.startTicks);
  });

  it("waits for the end and for the one that comes back no longer than its one deadline", async () => {
    // Nobody comes in the rest of the time that there is.
    const identity = await supervised(1_900, true);
    const { apply, undo } = endProcess(identity, declared, { signal: "TERM", again: false }, { endMs: 50, backMs: 2_000 });
    await apply().catch(String);
    setTimeout(() => process.kill(identity.pid, "SIGKILL"), 300);
    expect(await undo().catch(String)).to.contain("waited 2 s for a new process of clerk to run");
  });

  it("waits for nobody where the signal could not be sent", async () => {
    const identity = await supervised(-1);
    const { apply, undo } = endProcess({ ...identity, pid: 2 ** 22 }, declared, { signal: "TERM", again: false }, deadlines);
    expect(await apply().catch(String)).to.contain("ESRCH");
    await undo();
    expect(living()?.pid).to.equal(identity.pid);
  });
});
