// A quota for a cgroup, and busy processes of ours inside it. They are checksums of nothing: no memory, no disk, no packets.
// Each of them dies with us (the kernel sees to it) and can use no more processor time than the quota allows for a lease, so none outlives both us and the quota.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { QuotaIdentity } from "../model/identity.ts";
import { marks } from "./mark.ts";
import { type QuotaPlace, quotaText, readPeriod, readQuota, writeQuota } from "./quota.ts";
import { moveProcess } from "./hand-down.ts";

export const busyDeadlineMs = 1_000;

/** All programs of this command replace each other, so its pid is the busy process. The file before the mark never ends. */
export function workerCommand(cpus: number, leaseMs: number): readonly string[] {
  const seconds = Math.ceil((cpus * leaseMs) / 1_000) + 1;
  return ["prlimit", `--cpu=${seconds}`, "setpriv", "--pdeathsig", "KILL", "sha256sum", "/dev/zero", marks.busy];
}

export class Squeeze {
  readonly #place: QuotaPlace;
  readonly #before: string;
  readonly #quota: string;
  readonly #workers: number;
  readonly #command: readonly string[];
  readonly #children: ChildProcess[] = [];

  constructor(quota: QuotaIdentity, folder: string, asked: { readonly cpus: number; readonly workers: number; readonly leaseMs: number }) {
    this.#place = { version: quota.version, folder };
    this.#before = quota.before;
    this.#quota = quotaText(quota.version, asked.cpus, readPeriod(this.#place));
    this.#workers = asked.workers;
    this.#command = workerCommand(asked.cpus, asked.leaseMs);
  }

  /** Somebody else's quota is not ours to change. */
  check(): void {
    const found = readQuota(this.#place);
    if (found !== this.#before)
      throw new Error(`somebody else changed the quota of ${this.#place.folder}: "${found}", armed was "${this.#before}"`);
  }

  apply(): void {
    writeQuota(this.#place, this.#quota);
    const [program = "", ...argv] = this.#command;
    for (let count = 0; count < this.#workers; count += 1) {
      const child = spawn(program, argv, { stdio: "ignore" });
      this.#children.push(child);
      // What cannot be started has no pid, which is said below; without a listener the event would end us.
      child.on("error", () => undefined);
      if (child.pid === undefined) throw new Error(`${program} could not be started`);
      moveProcess(child.pid, this.#place.folder);
    }
  }

  /** The quota first: it sets free what would take long to die under it. Where it cannot be written the busy processes end all the same, and both errors are told. */
  async undo(): Promise<void> {
    const restore = async (): Promise<void> => writeQuota(this.#place, this.#before);
    const ends = await Promise.allSettled([restore(), this.#endWorkers()]);
    const failed = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
    if (failed.length > 0) throw new AggregateError(failed, failed.map(({ message }) => message).join("; "));
  }

  async #endWorkers(): Promise<void> {
    const alive = this.#children.filter((child) => child.pid !== undefined && child.exitCode === null && child.signalCode === null);
    const ended = Promise.all(alive.map((child) => once(child, "exit")));
    for (const child of alive) child.kill("SIGKILL");
    const late = await Promise.race([ended.then(() => false), pause(busyDeadlineMs, true)]);
    if (late) throw new Error(`waited ${busyDeadlineMs} ms for ${alive.length} busy processes to end`);
    this.#children.length = 0;
  }
}
