// A child that writes canaries, since a cgroup holds processes: the agent itself must stay outside the limit. One write at a time; the child says how long it took.
import { fork } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const startDeadlineMs = 5_000;
const endDeadlineMs = 1_000;

export interface CanaryWriter {
  readonly pid: number;
  readonly busy: boolean;
  /** Makes the file, with its blocks on disk: later writes touch no metadata, which would wait for everybody's journal. */
  prepare(): Promise<void>;
  /** Milliseconds that one 4 KiB write and its fdatasync took; undefined where the writer was closed meanwhile. */
  write(): Promise<number | undefined>;
  close(): Promise<void>;
}

export async function startCanaryWriter(path: string): Promise<CanaryWriter> {
  const own = fileURLToPath(import.meta.url);
  const child = fork(own.replace(/canary-writer\.(ts|js)$/u, "canary-child.$1"), [path], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: ["--max-old-space-size=32"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the canary writer did not start");
  let waiting: ((tookMs: number | undefined) => void) | undefined;
  let ended = false;
  const settle = (tookMs: number | undefined): void => {
    waiting?.(tookMs);
    waiting = undefined;
  };
  child.on("message", (message) => settle(typeof message === "number" ? message : undefined));
  child.on("error", () => settle(undefined));
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      ended = true;
      settle(undefined);
      resolve();
    });
  });
  const ask = async (): Promise<number | undefined> => {
    if (ended || waiting) return undefined;
    return await new Promise((resolve) => {
      waiting = resolve;
      child.send("write", (error) => {
        if (error) settle(undefined);
      });
    });
  };
  return {
    pid,
    get busy() {
      return waiting !== undefined || ended;
    },
    prepare: async () => {
      const timer = setTimeout(() => child.kill("SIGKILL"), startDeadlineMs);
      const took = await ask();
      clearTimeout(timer);
      if (took === undefined) throw new Error(`no canary could be written to ${path} within ${startDeadlineMs} ms`);
    },
    write: ask,
    // A write held by a limit cannot be interrupted; the caller undoes the limit first, and what is then still there is left to the kernel.
    close: async () => {
      child.kill("SIGKILL");
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, endDeadlineMs).unref());
      await Promise.race([exited, timeout]);
      rmSync(path, { force: true });
    },
  };
}
