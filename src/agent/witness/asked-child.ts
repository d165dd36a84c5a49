// A child that does one thing when asked and says how long it took. A cgroup holds processes: the agent itself must stay outside of what it watches.
import { fork } from "node:child_process";
import { marks } from "../mark.ts";

const endDeadlineMs = 1_000;

export interface AskedChild {
  readonly pid: number;
  /** Asked and not answered yet, or ended. */
  readonly busy: boolean;
  /** Milliseconds that it took; undefined where the child ended meanwhile, or is still busy with the last question. */
  ask(): Promise<number | undefined>;
  /** What is held in the kernel cannot be interrupted; it is left to the kernel after a second. */
  end(): Promise<void>;
}

export function startAskedChild(program: string, argv: readonly string[]): AskedChild {
  const child = fork(program, [...argv, marks.canary], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: ["--max-old-space-size=32"],
  });
  let waiting: ((tookMs: number | undefined) => void) | undefined;
  let ended = false;
  const settle = (tookMs: number | undefined): void => {
    waiting?.(tookMs);
    waiting = undefined;
  };
  child.on("message", (message) => settle(typeof message === "number" ? message : undefined));
  // What cannot be started has no pid, which is said below; without a listener the event would end us.
  child.on("error", () => settle(undefined));
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} did not start`);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      ended = true;
      settle(undefined);
      resolve();
    });
  });
  return {
    pid,
    get busy() {
      return waiting !== undefined || ended;
    },
    ask: async () => {
      if (ended || waiting) return undefined;
      return await new Promise((resolve) => {
        waiting = resolve;
        child.send("go", (error) => {
          if (error) settle(undefined);
        });
      });
    },
    end: async () => {
      child.kill("SIGKILL");
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, endDeadlineMs).unref());
      await Promise.race([exited, timeout]);
    },
  };
}
