// `run --mutate`: after a confirmed run the same plan runs once more with its fault at strength 0, and every prediction is bent and judged again.
import { mutate } from "../judge/mutation.ts";
import type { Plan } from "../model/plan.ts";
import type { PredictionMutation } from "../model/verdict.ts";
import { atStrengthZero } from "../plan/strength-zero.ts";
import type { RunResult } from "./execute.ts";
import { isBendable, strengthZeroOf, writeMutations } from "./mutation-file.ts";
import { run, type RunExperimentOptions } from "./run-experiment.ts";

/** undefined: there is nothing to bend, since the run was not confirmed or was not meant to be. */
export async function mutateRun(
  plan: Plan,
  result: RunResult,
  options: RunExperimentOptions,
): Promise<readonly PredictionMutation[] | undefined> {
  if (!isBendable(result.verdict)) return undefined;
  const calm = await run(atStrengthZero(plan), { ...options, reports: strengthZeroOf(result.folder) });
  const mutations = mutate(result.records, calm.records);
  await writeMutations(result.folder, mutations);
  return mutations;
}
