// Puts each declared process of the component, with its descendants, into a leaf cgroup of its own, so that a limit on the database leaves sshd alone. Done at target start: the engine removes the leaves together with the container's cgroup.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { handDown, type Limited, moveProcess } from "./hand-down.ts";
import { type ProcessRow, familiesOf, readProcesses } from "./process-table.ts";

export const leafName = (process: string): string => `planefault-${process}`;
/** Of whatever is not declared; no process has such a name. */
const restLeaf = leafName("-rest");

/** A process that starts a child between our look and our move leaves it behind; a second look finds it, a fourth is not needed. */
const rounds = 3;
/** A health check may speak for one process while another is still starting. */
export const startDeadlineMs = 5_000;
const pollMs = 50;

interface Declared {
  readonly name: string;
  readonly exe: string;
}

export async function splitProcesses(
  declared: readonly Declared[],
  cgroup: string,
  limited: Limited,
  deadlineMs = startDeadlineMs,
): Promise<Readonly<Record<string, readonly number[]>>> {
  if (!existsSync(join(cgroup, "cgroup.procs"))) throw new Error(`${cgroup} is no cgroup: the component's folder is not mounted here`);
  const endAt = performance.now() + deadlineMs;
  let families: ReadonlyMap<string, readonly ProcessRow[]> = new Map();
  for (let round = 0; round < rounds; round += 1) {
    families = await allRunning(declared, endAt, deadlineMs);
    for (const [name, rows] of families) {
      const leaf = join(cgroup, leafName(name));
      mkdirSync(leaf, { recursive: true });
      for (const row of rows) moveProcess(row.pid, leaf);
    }
  }
  await handDown(cgroup, limited, join(cgroup, restLeaf), deadlineMs);
  return Object.fromEntries([...families].map(([name, rows]) => [name, rows.map((row) => row.pid)]));
}

/** `endAt` is that of all rounds together. */
async function allRunning(
  declared: readonly Declared[],
  endAt: number,
  deadlineMs: number,
): Promise<ReadonlyMap<string, readonly ProcessRow[]>> {
  for (;;) {
    const families = familiesOf(readProcesses(), declared);
    const missing = declared.find(({ name }) => !families.has(name));
    if (!missing) return families;
    if (performance.now() >= endAt)
      throw new Error(`waited ${deadlineMs} ms for a process ${missing.exe}: without it ${missing.name} cannot have a cgroup of its own`);
    await pause(pollMs);
  }
}

/** A process that was started anew is in its supervisor's cgroup: where the one before it had a leaf, it and its descendants go there too. */
export function joinLeaf(name: string, declared: readonly Declared[], cgroup: string, proc = "/proc"): void {
  const leaf = join(cgroup, leafName(name));
  if (!existsSync(leaf)) return;
  for (let round = 0; round < rounds; round += 1)
    for (const row of familiesOf(readProcesses(proc), declared).get(name) ?? []) moveProcess(row.pid, leaf);
}
