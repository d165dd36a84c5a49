// Abort conditions with their instances. One that can never hold protects nobody, so it is refused.
import type { Experiment } from "../files/experiment.ts";
import type { Mistake } from "../files/positions.ts";
import { formatDuration } from "../model/duration.ts";
import type { AbortCondition } from "../model/plan.ts";
import type { ProbeInstance } from "../model/probe.ts";
import { fillsWindow, knownAfterMs } from "../model/readings.ts";
import { instancesOf } from "./predictions.ts";

export function planAborts(
  { abort = [], phases }: Experiment,
  probes: readonly ProbeInstance[],
  mistakes: Mistake[],
): readonly AbortCondition[] {
  return abort.map((condition, index) => {
    const instances = instancesOf(condition.probe, probes, "unknown-probe", ["abort", index, "probe"], mistakes);
    const probe = probes.find(({ instance }) => instances.includes(instance));
    const never = probe && neverHolds(probe, condition.for, phases.fault);
    if (never !== undefined) mistakes.push({ path: ["abort", index, "for"], part: "value", code: "window-empty", message: never });
    return { instances, failing: condition.failing, forMs: condition.for };
  });
}

/** The window lies inside of the fault phase, samples must fill it, and late ones are known at their deadline (see run/abort.ts). */
function neverHolds({ instance, everyMs, deadlineMs }: ProbeInstance, forMs: number, faultMs: number): string | undefined {
  const neededMs = forMs + knownAfterMs(deadlineMs);
  if (neededMs > faultMs)
    return `the fault phase lasts ${formatDuration(faultMs)}, and that ${instance} was late for ${formatDuration(forMs)} is known after ${formatDuration(neededMs)}, since late samples are known at their deadline`;
  if (fillsWindow((Math.ceil(forMs / everyMs) - 1) * everyMs, forMs)) return undefined;
  return `${instance} looks every ${formatDuration(everyMs)}, too seldom to tell what happens for ${formatDuration(forMs)}; ${formatDuration(10 * everyMs)} would do`;
}
