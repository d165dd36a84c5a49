// Runs k6 as a child of the agent, without a shell. It never outlives the agent: that kills it by its pid, and the container's first process takes the rest along.
import { spawn } from "node:child_process";
import { splitLines } from "../lines.ts";

export interface K6Process {
  /** How it ended, in words. */
  readonly ended: Promise<string>;
  lastWords(): string;
  /** k6 ends in good order, with its summary; what hangs is killed. Resolves when it is gone. */
  end(): Promise<void>;
}

export const k6EndDeadlineMs = 5_000;
const wordsKept = 5;

/** Cut between words: half of a secret would be known by nobody who hides the whole. */
const firstWords = (line: string, most: number): string => (line.length <= most ? line : line.slice(0, most).replace(/\S+$/u, ""));

export function startK6(argv: readonly string[], folder: string, onLine: (line: string) => void): K6Process {
  // `PATH` to find it; nothing else of our environment is the script's business.
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, K6_BINARY_PROVISIONING: "false", K6_AUTO_EXTENSION_RESOLUTION: "false" };
  const child = spawn("k6", [...argv], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const kill = (): void => void child.kill("SIGKILL");
  const words: string[] = [];
  const ended = Promise.withResolvers<string>();
  let told = false;
  process.once("exit", kill);
  child.stdout.setEncoding("utf8").on("data", splitLines(onLine));
  child.stderr.setEncoding("utf8").on(
    "data",
    splitLines((line) => {
      words.push(firstWords(line, 300));
      if (words.length > wordsKept) words.shift();
    }),
  );
  child.on("error", (error) => ended.resolve(`k6 cannot be run: ${error.message}`));
  child.on("close", (code, signal) => {
    process.off("exit", kill);
    // Its container has so much memory and no more (drivers/docker/agent-container.ts).
    const why = signal === "SIGKILL" && !told ? ", perhaps for want of memory" : "";
    ended.resolve(code === null ? `k6 was ended by ${signal}${why}` : `k6 ended with ${code}`);
  });
  return {
    ended: ended.promise,
    lastWords: () => words.join(" | "),
    end: async () => {
      told = true;
      child.kill("SIGINT");
      const killing = setTimeout(kill, k6EndDeadlineMs);
      await ended.promise;
      clearTimeout(killing);
    },
  };
}
