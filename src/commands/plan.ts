// `planefault plan`: the dry run. It reads files only and needs no engine; with --live it also looks at a running target, by reads only.
import type { LiveTarget } from "../drivers/docker/live-lookup.ts";
import { hidingOf } from "../model/hiding.ts";
import type { Plan } from "../model/plan.ts";
import { formatProblem, type Problem } from "../model/problem.ts";
import type { Facts } from "../plan/facts.ts";
import { explainPlan } from "../plan/explain.ts";
import { plan } from "../plan/plan.ts";
import { experimentFiles } from "./experiment-files.ts";
import { taggedFiles } from "./tagged.ts";
import { loadExperimentFile } from "./load-plan.ts";

export interface PlanOptions {
  readonly json?: boolean;
  /** Also say what the places stand for in a target that runs. */
  readonly live?: boolean;
  /** Only experiments that have it. */
  readonly tag?: string;
}

interface PlanResult {
  readonly file: string;
  readonly plan?: Plan;
  readonly problems?: readonly Problem[];
  readonly live?: readonly LiveTarget[];
}

export interface PlanPorts {
  readonly look?: (plan: Plan) => Promise<readonly LiveTarget[]>;
  /** What the machine can do; by default what is known without asking. */
  readonly facts?: Facts;
}

/** Resolves to the exit code: 2 where any file is refused. */
export async function planCommand(
  words: readonly string[],
  options: PlanOptions,
  write: (text: string) => void,
  { look, facts }: PlanPorts = {},
): Promise<number> {
  const able = facts ?? (await (await import("./known-facts.ts")).factsHere());
  const results: PlanResult[] = [];
  for (const file of await taggedFiles(experimentFiles(words), options.tag)) {
    const loaded = await loadExperimentFile(file);
    const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target, able) : loaded;
    const say = (text: string): void => void (options.json === true || write(`${text}\n\n`));
    if (!planned.ok) {
      results.push({ file, problems: planned.problems });
      say(planned.problems.map(formatProblem).join("\n\n"));
      continue;
    }
    const shown = hidingOf(planned.plan).plan(planned.plan);
    say(explainPlan(shown));
    const live = options.live === true ? await (look ?? (await import("./live-plan.ts")).lookAtPlan)(planned.plan) : undefined;
    results.push({ file, plan: shown, ...(live && { live }) });
    if (live) say((await import("./live-plan.ts")).liveWords(planned.plan, live));
  }
  if (options.json) write(`${JSON.stringify(results, undefined, 2)}\n`);
  return results.some((result) => result.problems !== undefined) ? 2 : 0;
}
