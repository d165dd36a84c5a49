// The keeper as a process beside agents that live: what they hold is theirs to undo in good order, and only one that hangs is ended.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startTicksIn } from "../../src/drivers/docker/start-ticks.ts";
import { eventually } from "../agent/agent-container.ts";
import { linkOf } from "./lease.ts";

const program = join(import.meta.dirname, "../../src/keeper/main.ts");

describe("keeper beside an agent", function () {
  this.timeout(15_000);
  let root: string;
  let agent: ChildProcess;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "planefault-keeper-"));
  });
  afterEach(() => {
    agent.kill("SIGKILL");
    rmSync(root, { recursive: true, force: true });
  });

  /** Takes a lease of a link for an agent, lets the harness go away and resolves to what the keeper said at its end. */
  async function words(agentCode: string): Promise<string> {
    agent = spawn(process.execPath, ["-e", `console.log("here");${agentCode}`], { stdio: ["pipe", "pipe", "ignore"] });
    let heard = "";
    agent.stdout?.once("data", () => (heard = "here"));
    await eventually("the agent", 5_000, () => heard === "here");
    const ticks = startTicksIn(readFileSync(`/proc/${agent.pid}/stat`, "utf8")) ?? "";
    const env = { ...process.env, KEEPER_CGROUPS: root, KEEPER_PROC: "/proc", KEEPER_LEDGER: join(root, "ledger") };
    const keeper = spawn(process.execPath, [program], { env });
    let said = "";
    let exit: number | null | undefined;
    keeper.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    keeper.once("close", (code) => (exit = code));
    keeper.stdin.write(`${JSON.stringify({ id: 1, do: "lease", armed: linkOf("c1", agent.pid ?? 0, ticks) })}\n`);
    await eventually("the lease", 5_000, () => said.includes('{"id":1,"ok":true}'));
    keeper.stdin.end();
    agent.stdin?.end();
    await eventually("its exit", 5_000, () => exit !== undefined);
    expect(exit, said).to.equal(0);
    return said;
  }

  it("leaves it the time to undo everything by itself", async () => {
    const said = await words('process.stdin.resume().on("end", () => setTimeout(() => process.exit(0), 150));');
    expect(said).to.contain("is gone, and its dead man has undone this").and.not.to.contain("was ended");
    await eventually("the agent's own end", 1_000, () => agent.exitCode === 0);
  });

  it("ends one that hangs", async () => {
    const said = await words("setInterval(() => undefined, 1_000);");
    expect(said).to.contain("was ended, so that its dead man undoes this");
    await eventually("the agent's end", 1_000, () => agent.signalCode === "SIGKILL");
  });
});
