// The plan of an experiment file of this repository, for runs on the model.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { besideFolder } from "../../../src/files/beside.ts";
import { loadExperiment } from "../../../src/files/load-experiment.ts";
import type { Plan } from "../../../src/model/plan.ts";
import { formatProblem } from "../../../src/model/problem.ts";
import { plan } from "../../../src/plan/plan.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export function planOfFile(file: string): Plan {
  const loaded = loadExperiment(file, readFileSync(join(root, file), "utf8"), (name) => {
    const target = join(root, "targets", name, "target.yaml");
    const folder = dirname(target);
    return {
      ok: true,
      name,
      file: `targets/${name}/target.yaml`,
      folder,
      text: readFileSync(target, "utf8"),
      beside: besideFolder(folder),
    };
  });
  const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
  if (!planned.ok) throw new Error(planned.problems.map(formatProblem).join("\n"));
  return planned.plan;
}
