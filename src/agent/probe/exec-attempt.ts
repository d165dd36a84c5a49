// Runs one program at the vantage, without a shell, and reads what it says as JSON.
import { spawn, type ChildProcess } from "node:child_process";
import { errorWord, once, printable } from "./attempt.ts";
import type { Reading, StartAttempt } from "./attempt.ts";
import { differsAt, parseBody } from "./http-attempt.ts";
import type { JsonSubset } from "../../model/probe.ts";

export const outputLimit = 65_536;

export function execAttempt(run: readonly string[], expect: JsonSubset | undefined): StartAttempt {
  const [program = "", ...argv] = run;
  return (_n, settle) => {
    const output = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
    let child: ChildProcess | undefined;
    const attempt = once(settle, () => {
      killGroup(child?.pid);
      // Whatever left the group may hold them open.
      child?.stdout?.destroy();
      child?.stderr?.destroy();
    });
    const fail = (error: Error): void => attempt.settle({ outcome: "failed", detail: errorWord(error) });
    const collect = (name: "stdout" | "stderr", chunk: Buffer): void => {
      output[name] = Buffer.concat([output[name], chunk]);
      if (output[name].length > outputLimit) attempt.settle({ outcome: "wrong", detail: `more than ${outputLimit} bytes on ${name}` });
    };
    try {
      // A process group of its own, so that its end takes along whatever it has started.
      child = spawn(program, argv, { stdio: ["ignore", "pipe", "pipe"], cwd: "/", env: { PATH: process.env["PATH"] }, detached: true });
    } catch (error) {
      // What spawn throws instead of emitting, such as E2BIG, is not worth the agent's life.
      setImmediate(fail, error instanceof Error ? error : new Error(String(error)));
      return attempt.cancel;
    }
    child.on("error", fail);
    child.stdout?.on("data", (chunk: Buffer) => collect("stdout", chunk));
    child.stderr?.on("data", (chunk: Buffer) => collect("stderr", chunk));
    child.on("close", (code, signal) => attempt.settle(judge(code ?? signal ?? "unknown", output, expect)));
    return attempt.cancel;
  };
}

/** As long as anybody of the group lives, nobody else can have its number. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of them have ended.
  }
}

function judge(
  status: number | string,
  { stdout, stderr }: { readonly stdout: Buffer; readonly stderr: Buffer },
  expect: JsonSubset | undefined,
): Reading {
  if (status !== 0) return { outcome: "failed", detail: `exit ${status}${stderr.length === 0 ? "" : `: ${printable(stderr)}`}` };
  const at = expect === undefined ? undefined : differsAt(parseBody(stdout), expect, "");
  return at === undefined ? { outcome: "ok", detail: undefined } : { outcome: "wrong", detail: `output${at}` };
}
