// Pure: an experiment and its target in, every change with its undo, every prediction and its budget out; or all refusals at once. Printing this is the dry run.
import { formatDuration } from "../model/duration.ts";
import type { Load } from "../model/load.ts";
import type { Plan } from "../model/plan.ts";
import { canarySender, type Witness } from "../model/witness.ts";
import type { Problem } from "../model/problem.ts";
import { planes } from "../model/plane.ts";
import type { LoadedExperiment } from "../files/load-experiment.ts";
import type { Target } from "../files/load-target.ts";
import { type Mistake, refused } from "../files/positions.ts";
import { planAborts } from "./aborts.ts";
import { alpha } from "./budget.ts";
import { irrefutable, planBudget } from "./budget-check.ts";
import { longestFaultMs, planChanges } from "./changes.ts";
import { contradictions } from "./contradictions.ts";
import type { Facts } from "./facts.ts";
import { planLoad } from "./load.ts";
import { onlyRefusals, tooFine } from "./outage.ts";
import type { Placed } from "./placed.ts";
import { planPredictions } from "./predictions.ts";
import { vagueReasons } from "./reasons.ts";

export type Planned = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly problems: readonly Problem[] };

/** `target` is the experiment's own unless a test gives another; without `facts` every machine is taken to be able. */
export function plan(experiment: Pick<LoadedExperiment, "spec" | "positions" | "script">, given: Target, facts: Facts = {}): Planned {
  const { spec, positions } = experiment;
  const mistakes: Mistake[] = [];
  // What names the load's probe would stumble over a load that is wrong itself.
  const { load, target } = planLoad(experiment, given, mistakes);
  if (mistakes.length > 0) return refused(mistakes, positions);
  if (spec.phases.fault > longestFaultMs)
    mistakes.push({
      path: ["phases", "fault"],
      part: "value",
      code: "phase-too-long",
      message: `a fault phase of ${formatDuration(spec.phases.fault)} outlasts the longest lease: at most ${formatDuration(longestFaultMs)}`,
    });
  const { faults, changes, witnesses, needs } = planChanges(spec, target.stack, facts, mistakes);
  const placed = [...planPredictions(spec, target, mistakes), ...thresholds(load)];
  const aborts = planAborts(spec, target.probes, mistakes);
  mistakes.push(...placed.flatMap((one) => tooFine(one, target.probes, spec.phases.baseline)));
  mistakes.push(...contradictions(placed, spec.phases.fault));
  const budget = planBudget(placed, target, spec.phases, mistakes);
  mistakes.push(...canaryPorts(target, witnesses), ...vagueReasons(spec, target, load));
  if (mistakes.length > 0) return refused(mistakes, positions);
  return {
    ok: true,
    plan: {
      version: 1,
      title: spec.title,
      file: positions.file,
      stack: target.stack,
      phases: { baselineMs: spec.phases.baseline, faultMs: spec.phases.fault, recoveryMs: spec.phases.recovery },
      faults,
      changes,
      witnesses,
      probes: target.probes,
      signals: target.signals,
      ...(load && { load }),
      predictions: placed.map(({ prediction }) => prediction),
      aborts,
      expect: { verdict: spec.expect?.verdict ?? "confirmed", because: spec.expect?.because },
      budget,
      needs,
      warnings: [
        ...target.warnings,
        ...(placed.length === 0 ? ["nothing is predicted, so a run can only be inconclusive"] : warnings(spec)),
        ...irrefutable(placed, target.probes, spec.phases),
        ...placed.flatMap((one) => onlyRefusals(one, target.probes)),
      ],
      smoke: spec.tags?.includes("smoke") ?? false,
      alpha,
    },
  };
}

/** Which thresholds there are only k6 can tell, at its end. */
const thresholds = (load: Load | undefined): readonly Placed[] =>
  load?.kind === "script"
    ? [
        {
          path: ["load", "script"],
          prediction: { kind: "thresholds", id: "load thresholds", sentence: `load: every threshold of ${load.file} holds`, hold: true },
        },
      ]
    : [];

function warnings(spec: LoadedExperiment["spec"]): readonly string[] {
  const unnamed = planes.filter((plane) => spec.predict.planes?.[plane] === undefined);
  return [
    ...unnamed.map((plane) => `the ${plane} plane is not predicted: whatever happens there cannot refute this experiment`),
    ...(spec.faults.length > 0 && spec.predict.recovery === undefined ? ["recovery is not predicted"] : []),
  ];
}

/** Where the agents' canaries listen (see agent/canary-port.ts): a service there would be taken for one. */
export const canaryPortRange = { first: 61_000, last: 64_999 } as const;

function canaryPorts(target: Target, witnesses: readonly Witness[]): readonly Mistake[] {
  if (!witnesses.some((one) => canarySender(one) !== undefined)) return [];
  const taken = target.stack.edges.find((edge) => edge.port >= canaryPortRange.first && edge.port <= canaryPortRange.last);
  if (!taken) return [];
  return [
    {
      path: ["target"],
      part: "value",
      code: "canary-port-taken",
      message: `${taken.to} uses port ${taken.port}; ports ${canaryPortRange.first} to ${canaryPortRange.last} belong to the witnesses' canaries`,
    },
  ];
}
