// From the word on the command line to a target, as the plan of a run that breaks and predicts nothing: what `triage` and `observe` look at.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readDefinedExperiment, targetsAbove } from "../files/read.ts";
import { PlanefaultError } from "../model/error.ts";
import type { Plan } from "../model/plan.ts";
import { formatProblem } from "../model/problem.ts";
import { plan } from "../plan/plan.ts";
import { root } from "../setup/places.ts";

/** Stands for the file that there is none of. */
const here = "the command line";
/** No phase is ever reached: a plan merely has some. */
const phases = { baseline: "1s", fault: "1s", recovery: "1s" };

export function planToWatch(target: string, variant: string | undefined, folder: string = process.cwd()): Plan {
  const known = knownTargets(folder);
  if (known.length === 0 && !existsSync(target)) throw noTargets(folder);
  const source = {
    version: 1,
    title: "watch",
    target,
    phases,
    faults: [],
    predict: {},
    ...(variant !== undefined && { variant }),
  };
  const loaded = readDefinedExperiment(source, here, folder);
  const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
  if (planned.ok) return planned.plan;
  const own = planned.problems.every(({ file }) => file === here);
  throw new PlanefaultError("input", planned.problems.map((one) => (own ? one.message : formatProblem(one))).join("\n\n"), {
    hint: own ? `targets here: ${known.join(", ")}; the path of a target file does, too` : "mend the target file",
  });
}

/** By name, in the nearest folder `targets`. */
export function knownTargets(folder: string): readonly string[] {
  const found = targetsAbove(folder)("");
  return found.ok ? [] : found.known;
}

export const noTargets = (folder: string): PlanefaultError =>
  new PlanefaultError("input", `there is no target: no folder "targets" with a <name>/target.yaml in ${folder} or above it`, {
    hint: `write one (docs/add-a-target.md), or copy a shipped one: mkdir targets; cp -r ${join(root, "targets", "echo")} targets/`,
  });
