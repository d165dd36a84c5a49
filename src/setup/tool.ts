// Runs one program of the system (argv only) with a deadline, its output in a log, its last lines in the error.
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { PlanefaultError } from "../model/error.ts";

export interface ToolOptions {
  readonly timeoutMs: number;
  readonly log?: string;
  readonly note?: (line: string) => void;
  readonly environment?: NodeJS.ProcessEnv;
  readonly folder?: string;
}

const keptLines = 12;

/** The last lines of some output, for an error's text. */
export const tail = (text: string, lines: number = keptLines): string => text.trimEnd().split("\n").slice(-lines).join("\n");

/** Standard output of the program; output on both streams goes to the log as it comes. */
export async function runTool(argv: readonly [string, ...string[]], options: ToolOptions): Promise<string> {
  const [program, ...rest] = argv;
  if (options.log !== undefined) mkdirSync(dirname(options.log), { recursive: true });
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    env: options.environment ?? process.env,
    cwd: options.folder,
    timeout: options.timeoutMs,
    killSignal: "SIGTERM",
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
  child.on("close", (code, signal) => {
    if (code === 0) resolve();
    else reject(failed(code === null ? `ended by ${signal ?? "a signal"} (deadline ${options.timeoutMs / 1_000} s)` : `exit code ${code}`));
  });
  await promise;
  return out;
}
