// Runs one tier of the tests with mocha and leaves its tally in a file: `node test/tier.ts unit TALLY.json`.
// unit: everything that needs neither engine nor root, the simulator included. docker: real containers. kernel: those of them that say what a kernel does, for the guest of the kernel lab.
// First, since it notes who opens what from here on.
import whyIsNodeRunning from "why-is-node-running";
import { globSync, writeFileSync } from "node:fs";
import Mocha from "mocha";

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  /** Passed, but not at the first attempt. */
  readonly again: readonly string[];
}

const [tier, tallyFile] = process.argv.slice(2);
if ((tier !== "unit" && tier !== "docker" && tier !== "kernel") || tallyFile === undefined)
  throw new Error("usage: tier.ts unit|docker|kernel TALLY.json");

const docker = globSync("test/**/*.docker.test.ts");
const lab = globSync("test/**/*.lab.test.ts");
const tiers = {
  unit: () => globSync("test/**/*.test.ts").filter((file) => !docker.includes(file) && !lab.includes(file)),
  docker: () => docker,
  kernel: () => [
    ...lab,
    "test/drivers/docker/world.docker.test.ts",
    ...["disk", "memory", "squeeze"].map((name) => `test/agent/${name}.docker.test.ts`),
  ],
};
const mocha = new Mocha({ timeout: tier === "unit" ? 10_000 : 120_000, forbidOnly: true, reporter: tier === "unit" ? "dot" : "spec" });
for (const file of tiers[tier]().toSorted()) mocha.addFile(file);
await mocha.loadFilesAsync();

const patienceMs = 10_000;

/** A test that failed half way may leave a socket or a child open, and the tier would never end. */
function endOpen(): never {
  console.log(`still open ${patienceMs / 1_000} s after the last test: ${process.getActiveResourcesInfo().join(", ")}`);
  whyIsNodeRunning();
  process.exit(1);
}

const skipped: string[] = [];
const again: string[] = [];
const took: { readonly title: string; readonly seconds: number }[] = [];
const runner = mocha.run((failures) => {
  const passed = runner.stats?.passes ?? 0;
  writeFileSync(tallyFile, JSON.stringify({ passed, failed: failures, skipped, again } satisfies Tally));
  const slowest = took.toSorted((one, other) => other.seconds - one.seconds).slice(0, 10);
  for (const { title, seconds } of slowest) console.log(`${seconds.toFixed(1).padStart(6)}s ${title}`);
  process.exitCode = failures === 0 && passed > 0 ? 0 : 1;
  setTimeout(endOpen, patienceMs).unref();
});
runner.on("test end", (test) => took.push({ title: test.fullTitle(), seconds: (test.duration ?? 0) / 1_000 }));
runner.on("pass", (test) => {
  if (/ \(attempt \d+\)$/u.test(test.title)) again.push(test.fullTitle());
});
// The reporter tells why at the end, which is far away.
if (tier !== "unit") runner.on("fail", (_, error: unknown) => console.log(error instanceof Error ? error.stack : error));
runner.on("pending", (test) => skipped.push(test.fullTitle()));
