// From an experiment file, YAML or TypeScript, to its plan or to the text of all its problems.
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isDefinedExperiment } from "../files/define.ts";
import type { LoadResult } from "../files/load-experiment.ts";
import { readDefinedExperiment, readExperiment } from "../files/read.ts";
import { messageOf, PlanefaultError } from "../model/error.ts";
import type { Plan } from "../model/plan.ts";
import { formatProblem } from "../model/problem.ts";
import type { ProblemCode } from "../model/problem-code.ts";
import type { Facts } from "../plan/facts.ts";
import { plan } from "../plan/plan.ts";

export type PlannedFile =
  | { readonly ok: true; readonly file: string; readonly plan: Plan }
  | {
      readonly ok: false;
      readonly file: string;
      readonly problems: string;
      /** Why, where nothing is wrong with the file and only this machine cannot do it. */
      readonly lacks: string | undefined;
    };

/** Another machine may run what is refused for these reasons. */
const ofTheMachine: ReadonlySet<ProblemCode> = new Set(["missing-feature", "not-proved-here"]);

export async function loadExperimentFile(file: string): Promise<LoadResult> {
  if (!file.endsWith(".ts")) return readExperiment(file);
  // Node keeps what it has imported; with its time of change a file that was saved is another one.
  const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const module: unknown = await import(`${pathToFileURL(resolve(file)).href}?changed=${changed}`).catch((error: unknown) => {
    throw new PlanefaultError("input", `cannot load ${file}: ${messageOf(error)}`, { cause: error });
  });
  const experiment = typeof module === "object" && module !== null && "default" in module ? module.default : undefined;
  if (!isDefinedExperiment(experiment)) {
    throw new PlanefaultError("input", `${file} has no experiment as its default export`, {
      hint: 'write `export default defineExperiment({ ... })` with defineExperiment from "planefault"',
    });
  }
  return readDefinedExperiment(experiment.source, file, dirname(file));
}

export async function loadPlan(file: string, facts: Facts = {}): Promise<PlannedFile> {
  const loaded = await loadExperimentFile(file);
  const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target, facts) : loaded;
  if (planned.ok) return { ok: true, file, plan: planned.plan };
  const { problems } = planned;
  return {
    ok: false,
    file,
    problems: problems.map(formatProblem).join("\n\n"),
    lacks: problems.every(({ code }) => ofTheMachine.has(code)) ? problems.map(({ message }) => message).join("; ") : undefined,
  };
}
