// Whether the phases give enough blocks of time to decide each prediction. A run that cannot be decided is refused before it starts, with the shortest that could.
import { formatDuration } from "../model/duration.ts";
import type { Budget, Prediction } from "../model/plan.ts";
import type { ProbeInstance } from "../model/probe.ts";
import type { Experiment } from "../files/experiment.ts";
import type { DataPath, Mistake } from "../files/positions.ts";
import { blockMs, blocksToCall, symptomBudget, unaffectedBudget } from "./budget.ts";
import type { Placed } from "./predictions.ts";

type Phases = Experiment["phases"];

export function planBudget(
  placed: readonly Placed[],
  probes: readonly ProbeInstance[],
  phases: Phases,
  mistakes: Mistake[],
): readonly Budget[] {
  const short = new Map<string, { readonly mistake: Mistake; readonly missingMs: number }>();
  const all = placed.flatMap(({ prediction, path }) => {
    if (!("instances" in prediction) || isRefused(path, mistakes)) return [];
    const instances = probes.filter((probe) => prediction.instances.includes(probe.instance));
    const budgets = instances.flatMap((probe) => budgetOf(prediction, probe, phases) ?? []);
    const slowest = instances.toSorted((one, other) => other.everyMs - one.everyMs)[0];
    const within = withinOf(prediction);
    if (slowest && within !== undefined && within < blocksToCall * blockMs(slowest))
      mistakes.push({
        path: [...path, "within"],
        part: "value",
        code: "within-too-short",
        message: `${slowest.instance} looks every ${formatDuration(slowest.everyMs)} and needs ${formatDuration(blocksToCall * blockMs(slowest))} to call a symptom: nothing can be decided within ${formatDuration(within)}`,
      });
    const worst = budgets
      .map((budget) => ({ budget, missingMs: missingMs(budget, probes) }))
      .toSorted((one, other) => other.missingMs - one.missingMs)[0];
    const phase = phaseOf(prediction);
    if (worst && worst.missingMs > (short.get(phase)?.missingMs ?? 0))
      short.set(phase, {
        missingMs: worst.missingMs,
        mistake: {
          path: ["phases", phase],
          part: "value",
          code: "phase-too-short",
          message: tooShort(prediction, worst.budget, worst.missingMs, phases),
        },
      });
    return budgets;
  });
  // A phase that is too short for several predictions is one mistake: what the slowest needs is enough for all.
  mistakes.push(...[...short.values()].map(({ mistake }) => mistake));
  return all;
}

/** A line that is wrong by itself is not blamed for its budget too. */
const isRefused = (path: DataPath, mistakes: readonly Mistake[]): boolean =>
  mistakes.some((mistake) => path.length <= mistake.path.length && path.every((step, index) => mistake.path[index] === step));

function budgetOf(prediction: Prediction, probe: ProbeInstance, phases: Phases): Budget | undefined {
  switch (prediction.kind) {
    case "unaffected":
      return unaffectedBudget(prediction.id, probe, phases.fault + phases.recovery);
    case "symptom": {
      const windowMs = Math.max(0, Math.min(prediction.beforeMs ?? phases.fault, phases.fault) - (prediction.afterMs ?? 0));
      return prediction.symptom === "none"
        ? unaffectedBudget(prediction.id, probe, windowMs)
        : symptomBudget(prediction.id, probe, windowMs);
    }
    case "recovery":
      return symptomBudget(prediction.id, probe, Math.max(0, phases.recovery - prediction.withinMs));
    case "only":
    case "claims":
    case "diagnosis":
      return undefined;
  }
}

const withinOf = (prediction: Prediction): number | undefined =>
  prediction.kind === "symptom" && prediction.withinMs !== undefined ? prediction.withinMs - (prediction.afterMs ?? 0) : undefined;

function missingMs(budget: Budget, probes: readonly ProbeInstance[]): number {
  const probe = probes.find((candidate) => candidate.instance === budget.instance);
  return probe ? Math.max(0, budget.needed - budget.available) * blockMs(probe) : 0;
}

/** What to make longer: "unaffected" is proved over fault and recovery, and recovery hurts nobody. */
const phaseOf = (prediction: Prediction): "fault" | "recovery" => (prediction.kind === "symptom" ? "fault" : "recovery");

function tooShort(prediction: Prediction, { instance, needed, available }: Budget, missing: number, phases: Phases): string {
  const phase = phaseOf(prediction);
  const shortest = formatDuration(Math.ceil((phases[phase] + missing) / 100) * 100);
  return `"${prediction.id}" cannot be decided: ${instance} needs ${needed} blocks of time and gets ${available}. The shortest ${phase} phase that could decide it is ${shortest}${prediction.kind === "symptom" && prediction.beforeMs !== undefined ? ", with a later `before`" : ""}`;
}
