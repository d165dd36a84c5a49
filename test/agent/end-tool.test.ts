// How a tool of the agent is ended: it ends by itself, is killed, or is given up.
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { expect } from "chai";
import { endTool } from "../../src/agent/end-tool.ts";

describe("a tool", () => {
  for (const [what, program, ending] of [
    ["ends when its input is closed", "process.stdin.resume()", [0, null]],
    ["is killed where it does not", "process.stdin.resume(); setInterval(() => undefined, 1000)", [null, "SIGKILL"]],
  ] as const)
    it(what, async () => {
      const tool = spawn(process.execPath, ["-e", program], { stdio: ["pipe", "ignore", "ignore"] });
      const ended = once(tool, "exit");
      await endTool(tool, ending[0] === 0 ? 5_000 : 200);
      expect(await ended).to.deep.equal(ending);
    });

  it("that does not end though it was killed is given up by name", async () => {
    const killed: string[] = [];
    const kill = (signal: string): void => void killed.push(signal);
    const tool = Object.assign(new EventEmitter(), { spawnfile: "nft", pid: 7, stdin: null, kill }) as unknown as ChildProcess;
    expect(await endTool(tool, 10).catch(String)).to.equal("Error: nft (pid 7) was killed and did not end within 1000 ms");
    expect(killed).to.deep.equal(["SIGKILL"]);
  });
});
