// Whether a probe can measure an outage as finely as it was predicted: it is dated to a period at either end, and shorter ones than can be called are never seen.
import { formatDuration } from "../model/duration.ts";
import { outageWords } from "../model/outage.ts";
import type { Prediction } from "../model/plan.ts";
import type { ProbeInstance } from "../model/probe.ts";
import type { Mistake } from "../files/positions.ts";
import { blockLengthMs } from "../statistics/block-length.ts";
import { neededToCall } from "./budget.ts";
import type { Placed } from "./placed.ts";

type Symptom = Extract<Prediction, { kind: "symptom" }>;

export function tooFine({ prediction, path }: Placed, probes: readonly ProbeInstance[], baselineMs: number): readonly Mistake[] {
  if (prediction.kind !== "symptom" || !prediction.outage?.atMostMs) return [];
  const { outage } = prediction;
  const { atLeastMs, atMostMs = 0 } = outage;
  const slowest = slowestOf(prediction, probes);
  if (!slowest) return [];
  const { instance, everyMs } = slowest;
  const start = `${instance} looks every ${formatDuration(everyMs)}`;
  const toCallMs = neededToCall(slowest, baselineMs) * blockLengthMs(everyMs);
  const refusal = (message: string): readonly Mistake[] => [{ path: [...path, "outage"], part: "value", code: "outage-too-fine", message }];
  if (atMostMs - atLeastMs <= 2 * everyMs)
    return refusal(
      `${start}, so an outage is known to ${formatDuration(2 * everyMs)}: whether it lasted ${outageWords(outage)} cannot be told`,
    );
  if (Number.isFinite(toCallMs) && atMostMs < toCallMs)
    return refusal(
      `${start} and needs ${formatDuration(toCallMs)} to call a symptom: an outage of ${outageWords(outage)} would not be seen`,
    );
  return [];
}

const slowestOf = ({ instances }: Symptom, probes: readonly ProbeInstance[]): ProbeInstance | undefined =>
  probes.filter(({ instance }) => instances.includes(instance)).toSorted((one, other) => other.everyMs - one.everyMs)[0];

/** What hangs for less than the deadline is slow and not failing, so only an answer that says no can show such an outage. */
export function onlyRefusals({ prediction }: Placed, probes: readonly ProbeInstance[]): readonly string[] {
  if (prediction.kind !== "symptom" || prediction.symptom !== "failing" || !prediction.outage?.atMostMs) return [];
  const { id, outage } = prediction;
  const waiting = probes.find(({ instance, deadlineMs }) => prediction.instances.includes(instance) && deadlineMs > (outage.atMostMs ?? 0));
  return waiting
    ? [
        `"${id}" for ${outageWords(outage)}: ${waiting.instance} waits ${formatDuration(waiting.deadlineMs)} for an answer, so only an answer that says no can show it; what hangs and then succeeds is slow`,
      ]
    : [];
}
