// Ends a tool that reads its orders from us by closing its input, and kills one that does not end.
import type { ChildProcess } from "node:child_process";

/** For one that still runs. */
export async function endTool(tool: ChildProcess, deadlineMs: number): Promise<void> {
  const exited = new Promise((resolve) => tool.once("exit", resolve));
  const timer = setTimeout(() => tool.kill("SIGKILL"), deadlineMs);
  tool.stdin?.end();
  await exited;
  clearTimeout(timer);
}
