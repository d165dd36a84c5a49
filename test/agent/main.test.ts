// The agent as a process: how it ends when nobody speaks, and what it still takes while it ends.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { eventually } from "./agent-container.ts";

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
});
