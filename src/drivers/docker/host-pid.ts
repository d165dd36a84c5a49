// The pid of a process as the engine's host counts it. The keeper needs it, since it lives in the host's pid namespace; there /proc/PID/status says which pid is which (NSpid).
import type { ProcessIdentity } from "../../model/identity.ts";
import { PlanefaultError } from "../../model/error.ts";
import { type Engine, within } from "./engine.ts";
import { execute } from "./exec.ts";
import { startTicksIn } from "./start-ticks.ts";

const deadlineMs = 10_000;

export async function findHostPid(
  engine: Engine,
  keeperId: string,
  containerId: string,
  wanted: Omit<ProcessIdentity, "hostPid">,
): Promise<number> {
  const table: { readonly Titles: readonly string[]; readonly Processes: readonly (readonly string[])[] } = await within(
    deadlineMs,
    "the engine's list of processes",
    engine.docker.getContainer(containerId).top(),
  );
  const column = table.Titles.indexOf("PID");
  const pids = table.Processes.map((row) => Number(row[column])).filter((pid) => pid > 1);
  const { output } = await execute(
    engine,
    keeperId,
    ["cat", ...pids.flatMap((pid) => [`/proc/${pid}/status`, `/proc/${pid}/stat`])],
    deadlineMs,
  );
  const found = matchHostPid(output, wanted);
  if (found === undefined)
    throw new PlanefaultError("wrong-shot", `${wanted.name} (pid ${wanted.pid}) was not found among the host's processes`, {
      hint: "it may have been restarted this moment: try again",
    });
  return found;
}

/** From the status and stat files of some processes, one after another: the host pid of the one whose pid in its container and start time are given. A container inside the container has a third pid for its processes, which may be anybody's out here. */
export function matchHostPid(files: string, wanted: Pick<ProcessIdentity, "pid" | "startTicks">): number | undefined {
  const candidates = [...files.matchAll(/^NSpid:\s+(.+)$/gmu)]
    .map((match) => (match[1] ?? "").split(/\s+/u).map(Number))
    .filter((pids) => pids[1] === wanted.pid);
  return candidates
    .map((pids) => pids[0])
    .find((pid) => {
      const stat = new RegExp(`^${pid} \\(.*\\) .+$`, "mu").exec(files);
      return startTicksIn(stat?.[0] ?? "") === wanted.startTicks;
    });
}
