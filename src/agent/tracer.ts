// Holds up or fails the syncs of one process through strace, our child, and reads from it how each sync went.
// Two things end it besides us: a time limit, and the death of whoever started it (the kernel tells it). Told to end, it lets go of the process; killed, the kernel lets go.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { ProcessIdentity } from "../model/identity.ts";
import type { Op } from "../model/op.ts";
import { here } from "./host.ts";
import { splitLines } from "./lines.ts";
import { poll } from "./poll.ts";
import { readProcess } from "./process-table.ts";
import { checkProcess } from "./signal.ts";

export type SyncOp = Extract<Op, { readonly op: "sync.delay" | "sync.fail" }>;

export interface SyncCall {
  readonly tookMs: number;
  readonly failed: boolean;
}

const syncs = "fsync,fdatasync";
export const attachDeadlineMs = 3_000;
export const detachDeadlineMs = 1_500;
/** Of a process that hears nothing. */
const killAfterSeconds = 1;
const mostCalls = 10_000;
const dieWithParent = ["setpriv", "--pdeathsig", "TERM"];

/** The whole command: the first program's pid is that of `timeout`, which passes a TERM on. */
export function tracerCommand(pid: number, op: SyncOp, leaseMs: number): readonly string[] {
  const what = op.op === "sync.delay" ? `delay_enter=${op.delayMs * 1_000}` : `error=${op.error}:when=1+${op.every}`;
  const limit = ["timeout", `--kill-after=${killAfterSeconds}`, `${Math.ceil(leaseMs / 1_000)}`];
  const trace = ["strace", "-f", "-qq", "-T", "-e", `trace=${syncs}`, "-e", `inject=${syncs}:${what}`, "-p", String(pid)];
  return [...dieWithParent, ...limit, ...dieWithParent, ...trace];
}

/** One line of strace, where it says how a sync ended: `fdatasync(7) = -1 EIO (Input/output error) (INJECTED) <0.000119>`. */
export function callIn(line: string): SyncCall | undefined {
  const found = /\bf(?:data)?sync\b.*\)\s+= (-?\d+)\b.*<(\d+\.\d+)>$/u.exec(line.trim());
  return found ? { tookMs: Math.round(Number(found[2]) * 1e6) / 1_000, failed: Number(found[1]) < 0 } : undefined;
}

/** strace follows the children of the process, too: what they sync says nothing of the process. */
export function ownCallIn(line: string, isThread: (thread: number) => boolean): SyncCall | undefined {
  const thread = /^\[pid\s+(\d+)\]/u.exec(line)?.[1];
  return thread === undefined || isThread(Number(thread)) ? callIn(line) : undefined;
}

/** Pid of whoever traces each thread, 0 for nobody. */
function tracersOf(pid: number, proc: string): readonly number[] {
  return readdirSync(`${proc}/${pid}/task`).flatMap((thread) => {
    try {
      return [Number(/^TracerPid:\s+(\d+)$/mu.exec(readFileSync(`${proc}/${pid}/task/${thread}/status`, "utf8"))?.[1] ?? "0")];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

/** Whether anybody traces the process; a process that has ended is traced by nobody. */
export function isTraced(pid: number, proc = "/proc"): boolean {
  try {
    return tracersOf(pid, proc).some((tracer) => tracer !== 0);
  } catch {
    return false;
  }
}

/** T: stopped; t: held by a tracer. */
const halted: readonly string[] = ["T", "t"];

export class Tracer {
  readonly #process: ProcessIdentity;
  readonly #command: readonly string[];
  readonly #proc: string;
  #child: ChildProcess | undefined;
  #calls: SyncCall[] = [];
  #complaint = "";

  constructor(process: ProcessIdentity, op: SyncOp, leaseMs: number, proc = here.proc) {
    this.#process = process;
    this.#proc = proc;
    this.#command = tracerCommand(process.pid, op, leaseMs);
  }

  /** Resolves when every thread is traced. Where it rejects, strace may hold a process all the same: a shot that fails is taken back at once. */
  async attach(): Promise<void> {
    const [program = "", ...argv] = this.#command;
    const child = spawn(program, argv, { stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    child.on("error", (error) => (this.#complaint = error.message));
    child.stderr.setEncoding("utf8").on(
      "data",
      splitLines((line) => this.#hear(line)),
    );
    const { pid, name } = this.#process;
    const failed = (): string => `strace does not trace ${name} (pid ${pid}): ${this.#complaint || `waited ${attachDeadlineMs} ms`}`;
    await poll(failed, attachDeadlineMs, () => {
      if (tracersOf(pid, this.#proc).every((tracer) => tracer !== 0)) return true;
      if (child.exitCode !== null || child.pid === undefined) throw new Error(failed());
      return false;
    });
    // strace knows a pid only, which may mean another since the last check.
    checkProcess(this.#process, this.#proc);
  }

  /** Resolves when the tracer has ended, so that it holds no child of the process either, and the process is traced by nobody and not halted. Idempotent. */
  async detach(): Promise<void> {
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const late = await Promise.race([ended.then(() => false), pause(detachDeadlineMs, true)]);
      if (late) throw new Error(`strace of ${this.#process.name} (pid ${this.#process.pid}) did not end within ${detachDeadlineMs} ms`);
    }
    const { pid, name, startTicks } = this.#process;
    await poll(`strace to let go of ${name} (pid ${pid})`, detachDeadlineMs, () => !isTraced(pid, this.#proc));
    const row = readProcess(pid, this.#proc);
    if (row?.startTicks === startTicks && halted.includes(row.state)) throw new Error(`${name} (pid ${pid}) is halted (${row.state})`);
  }

  /** Syncs that ended since the last question. */
  takeCalls(): readonly SyncCall[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }

  #hear(line: string): void {
    const call = ownCallIn(line, (thread) => existsSync(`${this.#proc}/${this.#process.pid}/task/${thread}`));
    if (call && this.#calls.length < mostCalls) this.#calls.push(call);
    if (line.startsWith("strace: ")) this.#complaint = line.slice(0, 200);
  }
}
