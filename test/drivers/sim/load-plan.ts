// The plan of an experiment file of this repository, for runs on the model.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadExperiment } from "../../../src/files/load-experiment.ts";
import { targetsAbove } from "../../../src/files/read.ts";
import type { Plan } from "../../../src/model/plan.ts";
import { formatProblem } from "../../../src/model/problem.ts";
import { plan } from "../../../src/plan/plan.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export function planOfFile(file: string): Plan {
  const path = join(root, file);
  const loaded = loadExperiment(file, readFileSync(path, "utf8"), targetsAbove(dirname(path)));
  const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
  if (!planned.ok) throw new Error(planned.problems.map(formatProblem).join("\n"));
  return planned.plan;
}
