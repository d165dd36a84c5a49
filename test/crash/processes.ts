// Who lives in a component's container and in those of the agents beside it, by the host's own process table: a control group of one kind alone does not show whoever was moved within another.
import { readFileSync, readdirSync } from "node:fs";
import { marks } from "../../src/agent/mark.ts";
import { isTraced } from "../../src/agent/tracer.ts";
import type { ProcessLook } from "./look.ts";

export interface Containers {
  readonly containerId: string;
  /** Containers of its agent and of its standby. */
  readonly beside: readonly string[];
}

export interface HostProcess {
  readonly pid: number;
  /** Of all kinds, as the kernel lists them. */
  readonly cgroups: string;
}

/** One walk serves all components. */
export const hostProcesses = (proc = "/proc"): readonly HostProcess[] =>
  readdirSync(proc)
    .filter((name) => /^\d+$/u.test(name))
    .map((name) => ({ pid: Number(name), cgroups: read(`${proc}/${name}/cgroup`) }));

export const isIn = ({ cgroups }: HostProcess, containers: readonly string[]): boolean => containers.some((id) => cgroups.includes(id));

export function processesOf({ containerId, beside }: Containers, host: readonly HostProcess[], proc = "/proc"): readonly ProcessLook[] {
  return host
    .filter((one) => isIn(one, [containerId, ...beside]))
    .flatMap((one) => {
      const { pid } = one;
      const status = read(`${proc}/${pid}/status`);
      const field = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, "mu").exec(status)?.[1] ?? "";
      const state = field("State");
      // It runs no more, though its parent has not yet asked how it ended.
      if (status === "" || state === "Z" || state === "X") return [];
      const stopped = state === "T" || state === "t";
      const ours = markOf(read(`${proc}/${pid}/cmdline`)) ?? (isIn(one, beside) ? "agent" : undefined);
      return [{ name: field("Name"), pid, stopped, traced: isTraced(pid, proc), ours }];
    });
}

/** Our own say so in their last argument. */
const markOf = (commandLine: string): string | undefined =>
  Object.entries(marks).find(([, mark]) => mark === commandLine.split("\0").at(-2))?.[0];

/** "" where there is nothing, as of what ended while we looked. */
export function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
