// How soon `triage` answers: `node --conditions=planefault-source bench/triage.ts [target] [rounds]`. Starts the target with `observe`, asks again and again, each time as a program of its own,
// prints each answer and the ratio of the slowest to the promised five seconds, asserts nothing.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const [target = "etcd-app", rounds = "5"] = process.argv.slice(2);
const promisedMs = 5_000;
const program = ["--conditions=planefault-source", "src/cli.ts"];
const startDeadline = AbortSignal.timeout(300_000);

const watching = spawn(process.execPath, [...program, "observe", target], { stdio: ["ignore", "inherit", "pipe"] });
try {
  for await (const line of createInterface({ input: watching.stderr, signal: startDeadline })) if (/ watching /u.test(line)) break;
  const tookMs: number[] = [];
  for (let round = 1; round <= Number(rounds); round += 1) {
    const asked = spawn(process.execPath, [...program, "triage", target, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
    const from = performance.now();
    let answeredMs = 0;
    for await (const line of createInterface({ input: asked.stdout })) {
      answeredMs ||= performance.now() - from;
      const { planes } = JSON.parse(line) as { readonly planes: readonly { readonly plane: string; readonly answer: string }[] };
      console.log(`${(answeredMs / 1_000).toFixed(2)} s: ${planes.map(({ plane, answer }) => `${plane} ${answer}`).join(", ")}`);
    }
    if (asked.exitCode === null) await once(asked, "exit");
    tookMs.push(answeredMs);
  }
  const slowest = Math.max(...tookMs);
  console.log(`slowest of ${tookMs.length}: ${(slowest / 1_000).toFixed(2)} s, ${(slowest / promisedMs).toFixed(2)} of the promised 5 s`);
} finally {
  watching.kill("SIGINT");
  if (watching.exitCode === null) await once(watching, "exit");
}
