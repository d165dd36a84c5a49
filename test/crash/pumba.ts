// Pumba, killed at the same offsets after its start as our own runs, where it is on PATH: whether its loss goes on when what was asked of it is long over, and what else stays.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { pumbaLoss } from "../../bench/inject/pumba.ts";
import type { Table } from "../../src/report/table.ts";
import { runTool } from "../../src/setup/tool.ts";

export interface PumbaTrial {
  readonly afterMs: number;
  /** False where it had ended by itself before. */
  readonly wasKilled: boolean;
  /** Its rule was there right after the kill, and some time after the end that was asked for. */
  readonly acted: boolean;
  readonly stays: boolean;
  readonly sidecars: number;
}

const toolMs = 30_000;
/** After the time that was asked for; it takes about a third of a second to begin, and as long to end. */
const patienceMs = 2_000;
const lookEveryMs = 200;

const docker = async (...words: readonly string[]): Promise<string> => (await runTool(["docker", ...words], { timeoutMs: toolMs })).trim();

/** The container is one of ours and is removed with whatever Pumba has left in its network namespace. */
export async function pumbaTrial(image: string, afterMs: number, askedMs: number): Promise<PumbaTrial> {
  const name = `planefault-crash-pumba-${process.pid}`;
  const id = await docker(
    "run",
    "--detach",
    "--init",
    "--network",
    "none",
    "--cap-drop",
    "ALL",
    "--cap-add",
    "NET_ADMIN",
    "--name",
    name,
    image,
    "sleep",
    "600",
  );
  try {
    const [program, ...argv] = pumbaLoss(name, image, askedMs);
    const startedAt = performance.now();
    const child = spawn(program, argv, { stdio: "ignore" });
    const ended = once(child, "exit").then(() => undefined);
    await Promise.race([pause(afterMs, undefined), ended]);
    const wasKilled = child.exitCode === null;
    child.kill("SIGKILL");
    await ended;
    const acted = await hasRule(id);
    const overAt = startedAt + askedMs + patienceMs;
    let stays = acted;
    while (stays && performance.now() < overAt) {
      await pause(lookEveryMs);
      stays = await hasRule(id);
    }
    const sidecars = await sidecarsOf(id);
    for (const one of sidecars) await docker("rm", "--force", one);
    return { afterMs, wasKilled, acted, stays, sidecars: sidecars.length };
  } finally {
    await docker("rm", "--force", id);
  }
}

const hasRule = async (id: string): Promise<boolean> => (await docker("exec", id, "iptables", "-S", "INPUT")).includes("-j DROP");

/** Pumba marks them with a label of its own; those of this trial are in our container's network namespace. */
async function sidecarsOf(id: string): Promise<readonly string[]> {
  const marked = (await docker("ps", "--all", "--quiet", "--filter", "label=com.gaiaadm.pumba.skip=true")).split("\n").filter(Boolean);
  const modes = await Promise.all(marked.map((one) => docker("inspect", "--format", "{{.HostConfig.NetworkMode}}", one)));
  return marked.filter((_, index) => modes[index] === `container:${id}`);
}

export function pumbaTable(trials: readonly PumbaTrial[], askedMs: number): Table {
  const killed = trials.filter(({ wasKilled }) => wasKilled);
  const count = (is: (trial: PumbaTrial) => boolean): string => String(killed.filter(is).length);
  return {
    title: `What Pumba left, killed at the same offsets of a loss of ${(askedMs / 1_000).toFixed(1)} s`,
    head: ["killed", "trials", "acted", `acted ${patienceMs / 1_000} s after its end was due`, "left a sidecar"],
    rows: [
      ["Pumba", String(killed.length), count(({ acted }) => acted), count(({ stays }) => stays), count(({ sidecars }) => sidecars > 0)],
    ],
  };
}
