// Ends a tool that reads its orders from us by closing its input, and kills one that does not end.
import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

/** Of a tool that was killed: then only the kernel can hold it. */
export const killDeadlineMs = 1_000;

/** For one that still runs. */
export async function endTool(tool: ChildProcess, deadlineMs: number): Promise<void> {
  const exited = new Promise<true>((resolve) => tool.once("exit", () => resolve(true)));
  const exitsWithin = async (ms: number): Promise<boolean> => await Promise.race([exited, pause(ms, false, { ref: false })]);
  tool.stdin?.end();
  if (await exitsWithin(deadlineMs)) return;
  tool.kill("SIGKILL");
  if (!(await exitsWithin(killDeadlineMs)))
    throw new Error(`${tool.spawnfile} (pid ${tool.pid}) was killed and did not end within ${killDeadlineMs} ms`);
}
