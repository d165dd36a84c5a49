// Writes canaries on a volume from inside a cgroup. One write at a time; the child says how long it took.
import { fileURLToPath } from "node:url";
import { startAskedChild } from "./asked-child.ts";

const startDeadlineMs = 5_000;

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
  const child = startAskedChild(own.replace(/canary-writer\.(ts|js)$/u, "canary-child.$1"), [path]);
  return {
    pid: child.pid,
    get busy() {
      return child.busy;
    },
    prepare: async () => {
      const timer = setTimeout(() => void child.end(), startDeadlineMs);
      const took = await child.ask();
      clearTimeout(timer);
      if (took === undefined) throw new Error(`no canary could be written to ${path} within ${startDeadlineMs} ms`);
    },
    write: () => child.ask(),
    // A write held by a limit cannot be interrupted; the caller undoes the limit first, and what is then still there is left to the kernel.
    close: () => child.end(),
  };
}
