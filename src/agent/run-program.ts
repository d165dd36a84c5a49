// Runs one program without a shell and gives its output, or undefined where it is absent or fails: digests say so instead of breaking.
import { execFile } from "node:child_process";

const deadlineMs = 3_000;

export async function outputOf(program: string, argv: readonly string[]): Promise<string | undefined> {
  return await new Promise((resolve) => {
    execFile(program, [...argv], { timeout: deadlineMs, maxBuffer: 16 * 1024 * 1024 }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    );
  });
}
