// Runs one program without a shell and gives its output. What cannot be read must not look like what is empty: two states of which nothing was read would be equal.
import { execFile } from "node:child_process";

export const programDeadlineMs = 3_000;

/** undefined: the program is absent, or what it asks for is not in this kernel. Rejects where it failed or took too long. */
export async function outputOf(program: string, argv: readonly string[]): Promise<string | undefined> {
  return await new Promise((resolve, reject) => {
    execFile(program, [...argv], { timeout: programDeadlineMs, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.code === "ENOENT" || /not supported/iu.test(stderr)) resolve(undefined);
      else {
        const why =
          error.killed === true ? `no end within ${programDeadlineMs} ms` : stderr.trim().slice(0, 200) || `exit ${String(error.code)}`;
        reject(new Error(`${[program, ...argv].join(" ")}: ${why}`));
      }
    });
  });
}
