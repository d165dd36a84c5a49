// Plans for benchmarks: an experiment that the benchmark makes itself, read and planned as `run` would. Targets are looked for from this folder upward.
import { readDefinedExperiment } from "../src/files/read.ts";
import type { Plan } from "../src/model/plan.ts";
import { formatProblem } from "../src/model/problem.ts";
import type { Facts } from "../src/plan/facts.ts";
import { plan } from "../src/plan/plan.ts";

/** Throws where it is refused, with every problem on a line of its own. */
export function planned(source: object, file: string, facts: Facts = {}): Plan {
  const loaded = readDefinedExperiment({ version: 1, predict: {}, ...source }, file, import.meta.dirname);
  const made = loaded.ok ? plan(loaded.experiment, loaded.experiment.target, facts) : loaded;
  if (!made.ok) throw new Error(made.problems.map(formatProblem).join("\n"));
  return made.plan;
}
