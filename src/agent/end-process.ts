// Ends one process, once or again and again, and waits until its supervisor has brought it back. Ending has no inverse: a new process of the same name, in the same leaf cgroup, is what undoes it.
import type { DeclaredProcess } from "../model/agent-protocol.ts";
import type { ProcessIdentity } from "../model/identity.ts";
import { type Host, here } from "./host.ts";
import { poll } from "./poll.ts";
import { type ProcessRow, familiesOf, keyOf, readProcess, readProcesses } from "./process-table.ts";
import { joinLeaf } from "./split.ts";

/** Both shorter than the harness waits for the answer of a shot and of an undo (drivers/docker/deadlines.ts), for which it asks three times. */
export const endDeadlineMs = 4_000;
/** For all that an undo waits for together. */
export const backDeadlineMs = 8_000;
const pollMs = 5;
/** A program needs longer than this to start and to open its port. */
const huntMs = 20;

export interface Ending {
  readonly signal: "TERM" | "KILL";
  /** Whatever comes back is killed too, until the undo. */
  readonly again: boolean;
}

interface Deadlines {
  readonly endMs: number;
  readonly backMs: number;
}

export function endProcess(
  identity: ProcessIdentity,
  processes: readonly DeclaredProcess[],
  { signal, again }: Ending,
  deadlines: Deadlines = { endMs: endDeadlineMs, backMs: backDeadlineMs },
  host: Host = here,
): { readonly apply: () => Promise<void>; readonly undo: () => Promise<void> } {
  /** Those that were there before us or that we have shot: none of them is the one that came back. */
  const old = new Set<string>();
  const family = (): readonly ProcessRow[] =>
    familiesOf(
      readProcesses(host.proc).filter((row) => !old.has(keyOf(row))),
      processes,
    ).get(identity.name) ?? [];
  const lives = (): boolean => {
    const row = readProcess(identity.pid, host.proc);
    return row !== undefined && keyOf(row) === keyOf(identity) && !row.ended;
  };
  const shoot = (): void => {
    const [head] = family();
    if (!head) return;
    old.add(keyOf(head));
    killed(head.pid, host);
  };
  let hunt: NodeJS.Timeout | undefined;
  let asked = false;
  return {
    apply: async () => {
      // Workers outlive the one that started them for a moment; where it is killed again and again they are shot like anything of its name.
      for (const row of again ? [identity] : family()) old.add(keyOf(row));
      host.kill(identity.pid, `SIG${signal}`);
      asked = true;
      if (again) hunt = setInterval(shoot, huntMs);
      const end = `${identity.name} (pid ${identity.pid}) to end after SIG${signal}`;
      await until(end, startWait(deadlines.endMs), () => !lives());
    },
    undo: async () => {
      clearInterval(hunt);
      if (!asked) return;
      const wait = startWait(deadlines.backMs);
      // What was asked to end and did not may do so at any time, long after the run: until then nothing is as it was.
      if (!again) await until(`${identity.name} (pid ${identity.pid}) to end: it was asked to, and may still do so`, wait, () => !lives());
      const back = `a new process of ${identity.name} to run: its supervisor has not brought it back`;
      await until(back, wait, () => family().length > 0);
      for (const cgroup of [host.cgroups.disk, host.cgroups.cpu]) joinLeaf(identity.name, processes, cgroup, host.proc);
    },
  };
}

/** Who ended by itself meanwhile needs no shot. Who cannot be shot is seen by the witness. */
function killed(pid: number, host: Host): void {
  try {
    host.kill(pid, "SIGKILL");
  } catch {
    return;
  }
}

interface Wait {
  readonly deadlineMs: number;
  readonly endAt: number;
}

const startWait = (deadlineMs: number): Wait => ({ deadlineMs, endAt: performance.now() + deadlineMs });

const until = (what: string, { deadlineMs, endAt }: Wait, holds: () => boolean): Promise<void> =>
  poll(() => `waited ${deadlineMs / 1_000} s for ${what}`, endAt - performance.now(), holds, pollMs);
