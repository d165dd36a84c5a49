// Holds the shares of branches that the unit tier must reach: `node test/coverage.ts FOLDER [LAYER...]`, where FOLDER is the NODE_V8_COVERAGE that it ran with.
// c8 measures; the bounds are held here, since c8 knows one for a call, and passes where it has found nothing to measure.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";

/** In percent. Left out is what the Docker tier alone can run: drivers/docker, setup, commands, and what agents do in a container. */
const bounds: Readonly<Record<string, number>> = {
  model: 95,
  statistics: 95,
  plan: 95,
  judge: 95,
  report: 95,
  faults: 85,
  probes: 85,
  files: 85,
  journal: 85,
  run: 85,
  "drivers/sim": 85,
  keeper: 85,
  "agent/load": 85,
  "agent/probe": 85,
};

interface Summary {
  readonly branches: { readonly covered: number; readonly total: number };
}

/** Nothing is left of such a file at run time, so that it can be neither loaded nor covered. */
const onlyTypes = (file: string): boolean =>
  stripTypeScriptTypes(readFileSync(file, "utf8"))
    .replaceAll(/\/\*.*?\*\/|\/\/[^\n]*|;/gsu, "")
    .trim() === "";

const [folder, ...some] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: coverage.ts FOLDER [LAYER...]");

const argv = ["report", "--temp-directory", folder, "--reports-dir", folder, "--reporter", "json-summary", "--all", "--src", "src"];
argv.push(
  "--include",
  "src/**/*.ts",
  ...globSync("src/**/*.ts")
    .filter(onlyTypes)
    .flatMap((file) => ["--exclude", file]),
);
const [code] = await once(spawn("c8", argv, { stdio: ["ignore", "ignore", "inherit"] }), "exit");
if (code !== 0) throw new Error(`c8 report failed with ${code}`);
const summary = JSON.parse(readFileSync(join(folder, "coverage-summary.json"), "utf8")) as Readonly<Record<string, Summary>>;

let reached = true;
for (const layer of some.length > 0 ? some : Object.keys(bounds)) {
  const files = Object.entries(summary).filter(([path]) => path.startsWith(`${join(process.cwd(), "src", layer)}/`));
  const covered = files.reduce((sum, [, { branches }]) => sum + branches.covered, 0);
  const total = files.reduce((sum, [, { branches }]) => sum + branches.total, 0);
  const percent = total === 0 ? 0 : (100 * covered) / total;
  const bound = bounds[layer] ?? 100;
  if (percent < bound) reached = false;
  console.log(`${percent < bound ? "TOO LOW" : "ok     "} ${percent.toFixed(1)} % of the branches of ${layer}, at least ${bound} %`);
}
process.exitCode = reached ? 0 : 1;
