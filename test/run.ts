// What `npm test` runs, in order: types, lint, format, dead code, the unit tier and its coverage, the Docker tier, the package. All of it, then one closing line.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tally } from "./tier.ts";

const started = performance.now();
const scratch = mkdtempSync(join(tmpdir(), "planefault-test-"));
const conditions = "--conditions=planefault-source";

interface Stage {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  /** What must hold afterwards for the stage to have passed. */
  readonly check?: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Where a tier leaves its tally; a stage without one counts as one test. */
  readonly tally?: string;
}

const tier = (name: string): string => join(scratch, `${name}.json`);
const coverage = join(scratch, "coverage");
const stages: readonly Stage[] = [
  { name: "types", argv: ["tsc", "--noEmit", "-p", "."] },
  { name: "lint", argv: ["oxlint", "--type-aware"] },
  { name: "format", argv: ["oxfmt", "--check"] },
  { name: "dead code", argv: ["knip"] },
  { name: "build", argv: ["tsc", "-p", "tsconfig.build.json"] },
  { name: "package", argv: ["publint", "--strict"] },
  {
    name: "unit and simulation",
    argv: [process.execPath, conditions, "test/tier.ts", "unit", tier("unit")],
    env: { NODE_V8_COVERAGE: coverage },
    check: [process.execPath, "--disable-warning=ExperimentalWarning", "test/coverage.ts", coverage],
    tally: tier("unit"),
  },
  { name: "docker", argv: [process.execPath, conditions, "test/tier.ts", "docker", tier("docker")], tally: tier("docker") },
];

async function run(argv: readonly [string, ...string[]], env: Stage["env"] = {}): Promise<boolean> {
  const [command, ...rest] = argv;
  const child = spawn(command, rest, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } });
  const [code] = await once(child, "exit");
  return code === 0;
}

function tallyOf(stage: Stage, succeeded: boolean): Tally {
  if (stage.tally === undefined) return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: [], again: [] };
  try {
    const tally = JSON.parse(readFileSync(stage.tally, "utf8")) as Tally;
    // A tier whose tests passed may still have failed: coverage, an unhandled rejection.
    return succeeded || tally.failed > 0 ? tally : { ...tally, failed: 1 };
  } catch {
    return { passed: 0, failed: 1, skipped: [], again: [] };
  }
}

const wanted = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: [] as string[], again: [] as string[] };
const failedStages: string[] = [];
for (const stage of stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const from = performance.now();
  console.log(`\n== ${stage.name}`);
  const succeeded = (await run(stage.argv, stage.env)) && (stage.check === undefined || (await run(stage.check)));
  const tally = tallyOf(stage, succeeded);
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped.push(...tally.skipped);
  total.again.push(...tally.again);
  if (tally.failed > 0) failedStages.push(stage.name);
  console.log(`== ${stage.name}: ${tally.passed} passed, ${tally.failed} failed, ${((performance.now() - from) / 1_000).toFixed(1)}s`);
}
rmSync(scratch, { recursive: true });

console.log(`\nin ${((performance.now() - started) / 60_000).toFixed(1)} min`);
for (const name of failedStages) console.log(`failed: ${name}`);
for (const title of total.again) console.log(`undecided at first: ${title}`);
for (const title of total.skipped) console.log(`skipped: ${title}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
