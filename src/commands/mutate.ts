// `run --mutate`: after a confirmed run the same plan runs once more with its fault at strength 0, and every prediction is bent and judged again.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mutate } from "../judge/mutation.ts";
import type { Plan } from "../model/plan.ts";
import type { PredictionMutation } from "../model/verdict.ts";
import { atStrengthZero } from "../plan/strength-zero.ts";
import type { RunResult } from "./execute.ts";
import { run, type RunExperimentOptions } from "./run-experiment.ts";

/** undefined: there is nothing to bend, since the run was not confirmed or was not meant to be. */
export async function mutateRun(
  plan: Plan,
  result: RunResult,
  options: RunExperimentOptions,
): Promise<readonly PredictionMutation[] | undefined> {
  if (!result.verdict.asExpected || result.verdict.outcome !== "confirmed") return undefined;
  const calm = await run(atStrengthZero(plan), options);
  const mutations = mutate(result.records, calm.records);
  await writeFile(join(result.folder, "mutation.json"), `${JSON.stringify(mutations, undefined, 2)}\n`);
  return mutations;
}
