// Stops and continues one process, after checking that the pid still means the process that was armed.
import type { ProcessIdentity } from "../model/identity.ts";
import { type Host, here } from "./host.ts";
import { poll } from "./poll.ts";
import { type ProcessRow, readProcess } from "./process-table.ts";

export const signalDeadlineMs = 1_000;

export function checkProcess(identity: ProcessIdentity, proc = here.proc): void {
  const row = readProcess(identity.pid, proc);
  if (!row) throw new Error(`${identity.name} (pid ${identity.pid}) is gone`);
  if (row.startTicks !== identity.startTicks)
    throw new Error(`pid ${identity.pid} is no longer ${identity.name}: it started at ${row.startTicks}, armed was ${identity.startTicks}`);
}

/** Resolves when /proc shows the state: a stop takes effect when the process leaves the kernel. */
export async function stopProcess(identity: ProcessIdentity, host: Host = here): Promise<void> {
  checkProcess(identity, host.proc);
  host.kill(identity.pid, "SIGSTOP");
  await untilState(identity, true, host);
}

/** A process that has ended, or whose pid means another by now, needs no continuing. */
export async function continueProcess(identity: ProcessIdentity, host: Host = here): Promise<void> {
  const row = readProcess(identity.pid, host.proc);
  if (row === undefined || row.startTicks !== identity.startTicks) return;
  host.kill(identity.pid, "SIGCONT");
  await untilState(identity, false, host);
}

async function untilState(identity: ProcessIdentity, stopped: boolean, { proc }: Host): Promise<void> {
  const row = (): ProcessRow | undefined => readProcess(identity.pid, proc);
  const { name, pid, startTicks } = identity;
  await poll(
    () => `waited ${signalDeadlineMs} ms for ${name} (pid ${pid}) to ${stopped ? "stop" : "go on"}; its state is ${row()?.state ?? "gone"}`,
    signalDeadlineMs,
    () => {
      const found = row();
      return found?.startTicks === startTicks ? (found.state === "T") === stopped : !stopped;
    },
  );
}
