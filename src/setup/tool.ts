// Runs one program of the system (argv only) with a deadline, its output in a log, its last lines in the error.
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { PlanefaultError } from "../model/error.ts";

export interface ToolOptions {
  readonly timeoutMs: number;
  readonly log?: string;
  readonly note?: (line: string) => void;
  /** Ends the program early, as its deadline does. */
  readonly signal?: AbortSignal;
  readonly environment?: NodeJS.ProcessEnv;
  readonly folder?: string;
}

export interface UnbrokenOptions {
  readonly timeoutMs: number;
  readonly log: string;
  readonly environment?: NodeJS.ProcessEnv;
}

const keptLines = 12;
/** What a program gets between being asked to end and being killed. */
const graceMs = 5_000;

/** The last lines of some output, for an error's text. */
export const tail = (text: string, lines: number = keptLines): string => text.trimEnd().split("\n").slice(-lines).join("\n");

/** Standard output of the program; output on both streams goes to the log as it comes. */
export async function runTool(argv: readonly [string, ...string[]], options: ToolOptions): Promise<string> {
  options.signal?.throwIfAborted();
  const [program, ...rest] = argv;
  if (options.log !== undefined) mkdirSync(dirname(options.log), { recursive: true });
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    env: options.environment ?? process.env,
    cwd: options.folder,
    // A process group of its own: scripts such as debootstrap have children, who must end with them, and Ctrl-C is ours to pass on.
    detached: true,
  });
  let out = "";
  let all = "";
  const take = (chunk: string, isOut: boolean): void => {
    if (isOut) out += chunk;
    all = (all + chunk).slice(-20_000);
    if (options.log !== undefined) appendFileSync(options.log, chunk);
    options.note?.(tail(chunk, 1));
  };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => take(chunk, true));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => take(chunk, false));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const failed = (why: string, cause?: unknown): PlanefaultError =>
    new PlanefaultError("environment", `${argv.join(" ")}: ${why}${all === "" ? "" : `\n${tail(all)}`}`, {
      cause,
      ...(options.log === undefined ? {} : { hint: `the whole output is in ${options.log}` }),
    });
  child.on("error", (error) => reject(failed(error.message, error)));
  using ending = endInTime(child, options, () => reject(failed(`${ending.why() ?? "ended"}, and it does not die`)));
  child.on("close", (code, signal) => {
    if (ending.why() !== undefined) reject(failed(ending.why() ?? ""));
    else if (code === 0) resolve();
    else reject(failed(code === null ? `ended by ${signal ?? "a signal"}` : `exit code ${code}`));
  });
  await promise;
  return out;
}

/**
 * For what would do more harm half done than not at all: goes on when we go, so it writes to its log itself, since whoever writes to a pipe that nobody reads dies.
 * After the deadline it is no longer waited for.
 */
export async function runToItsEnd(argv: readonly [string, ...string[]], { log, timeoutMs, environment }: UnbrokenOptions): Promise<void> {
  mkdirSync(dirname(log), { recursive: true });
  const [program, ...rest] = argv;
  const out = openSync(log, "a");
  const child = spawn(program, rest, { stdio: ["ignore", out, out], env: environment ?? process.env, detached: true });
  closeSync(out);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const failed = (why: string): void =>
    reject(
      new PlanefaultError("environment", `${argv.join(" ")}: ${why}\n${tail(readFileSync(log, "utf8"))}`, {
        hint: `the whole output is in ${log}`,
      }),
    );
  const late = setTimeout(() => failed(`not finished (deadline ${timeoutMs / 1_000} s)`), timeoutMs);
  child.on("error", (error) => failed(error.message));
  child.on("close", (code, signal) =>
    code === 0 ? resolve() : failed(code === null ? `ended by ${signal ?? "a signal"}` : `exit code ${code}`),
  );
  try {
    await promise;
  } finally {
    clearTimeout(late);
  }
}

/** Ends the program and its children at the deadline, at the signal, and when we go: asked first, then killed. `why` it was, once that happened. */
function endInTime(
  child: ChildProcess,
  { timeoutMs, signal }: ToolOptions,
  stuck: () => void,
): Disposable & { readonly why: () => string | undefined } {
  let why: string | undefined;
  let killing: NodeJS.Timeout | undefined;
  const end = (reason: string): void => {
    why ??= reason;
    killGroup(child, "SIGTERM");
    killing ??= setTimeout(() => {
      killGroup(child, "SIGKILL");
      // A daemon that left the group may hold these for ever.
      child.stdout?.destroy();
      child.stderr?.destroy();
      // In an uninterruptible sleep it does not even die of SIGKILL.
      setTimeout(stuck, graceMs).unref();
    }, graceMs);
  };
  const late = setTimeout(() => end(`not finished (deadline ${timeoutMs / 1_000} s)`), timeoutMs);
  const broken = (): void => end("broken off");
  signal?.addEventListener("abort", broken, { once: true });
  watchOver(child);
  return {
    why: () => why,
    [Symbol.dispose]: () => {
      clearTimeout(late);
      clearTimeout(killing);
      signal?.removeEventListener("abort", broken);
      forget(child);
    },
  };
}

const running = new Set<ChildProcess>();
const endAll = (): void => {
  for (const child of running) killGroup(child, "SIGTERM");
};
/** Where nobody handles Ctrl-C, Node just dies of it, without an "exit"; programs in groups of their own do not hear it from the terminal, so it is handed on first. */
let unheard: readonly NodeJS.Signals[] = [];
const handOn = (name: NodeJS.Signals): void => {
  endAll();
  for (const each of unheard) process.off(each, handOn);
  process.kill(process.pid, name);
};

function watchOver(child: ChildProcess): void {
  if (running.size === 0) {
    process.once("exit", endAll);
    unheard = (["SIGINT", "SIGTERM", "SIGHUP"] as const).filter((name) => process.listenerCount(name) === 0);
    for (const name of unheard) process.on(name, handOn);
  }
  running.add(child);
}

function forget(child: ChildProcess): void {
  running.delete(child);
  if (running.size > 0) return;
  process.off("exit", endAll);
  for (const name of unheard) process.off(name, handOn);
}

/** The group bears the id of our own child, which stays taken as long as any of it lives. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}
