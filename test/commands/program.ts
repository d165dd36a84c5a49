// The command line as a program of its own, which is what its exit codes and its reaction to signals are about.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export class Program {
  readonly child: ChildProcess;
  output = "";
  readonly #ended: Promise<number | string>;

  constructor(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, ["--conditions=planefault-source", "src/cli.ts", ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    this.#ended = once(this.child, "close").then(([code, signal]) => (typeof code === "number" ? code : String(signal)));
  }

  /** The exit code, or the signal that ended it. */
  async end(deadlineMs = 60_000): Promise<number | string> {
    const timer = setTimeout(() => this.child.kill("SIGKILL"), deadlineMs);
    try {
      return await this.#ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves as soon as the words were said. */
  async says(words: RegExp, deadlineMs = 60_000): Promise<void> {
    const deadline = AbortSignal.timeout(deadlineMs);
    while (!words.test(this.output)) {
      if (deadline.aborted || this.child.exitCode !== null) throw new Error(`waited for ${String(words)}; it said: ${this.output}`);
      await Promise.race([once(this.child.stderr ?? this.child, "data", { signal: deadline }), this.#ended]).catch(() => undefined);
    }
  }
}

/** Exit code and everything that was said. */
export async function call(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | string; readonly output: string }> {
  const program = new Program(words, environment);
  const code = await program.end();
  return { code, output: program.output };
}
