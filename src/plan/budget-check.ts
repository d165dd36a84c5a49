// Whether the phases give enough blocks of time to decide each prediction. A run that cannot be decided is refused before it starts, with the shortest that could.
import { formatDuration } from "../model/duration.ts";
import type { Budget, Prediction } from "../model/plan.ts";
import type { ProbeInstance, SignalInstance } from "../model/probe.ts";
import { fewestReadings } from "../model/readings.ts";
import type { Experiment } from "../files/experiment.ts";
import type { Target } from "../files/load-target.ts";
import type { DataPath, Mistake } from "../files/positions.ts";
import { blockLengthMs } from "../statistics/block-length.ts";
import { callingBudget, decidingBudget, neededToCall, shortestBaselineMs } from "./budget.ts";
import type { Placed } from "./placed.ts";

type Phases = Experiment["phases"];
type Phase = "fault" | "recovery";

/** What a phase is too short for, and by how much. */
interface Short {
  readonly missingMs: number;
  readonly message: string;
}

export function planBudget(
  placed: readonly Placed[],
  { probes, signals }: Pick<Target, "probes" | "signals">,
  phases: Phases,
  mistakes: Mistake[],
): readonly Budget[] {
  const short = new Map<Phase, Short>();
  const note = (phase: Phase, one: Short): void => {
    if (one.missingMs > (short.get(phase)?.missingMs ?? 0)) short.set(phase, one);
  };
  const all = placed.flatMap(({ prediction, path }) => {
    if (!("instances" in prediction) || isRefused(path, mistakes)) return [];
    if (prediction.kind === "claims") note(prediction.during, unread(prediction, signals, phases));
    const instances = probes.filter((probe) => isAbout(prediction, probe));
    const needs = instances.flatMap((probe) => lackOf(prediction, probe, phases) ?? []);
    // Recovery helps to prove calm, but an outage that lasts as long as the fault must be called within it.
    const calls = prediction.kind === "unaffected" ? instances.map((probe) => lackToCall(prediction.id, probe, phases)) : [];
    const lacks = [...needs, ...calls];
    const slowest = instances.toSorted((one, other) => other.everyMs - one.everyMs)[0];
    const within = withinOf(prediction);
    const toCallMs = slowest ? neededToCall(slowest, phases.baseline) * blockLengthMs(slowest.everyMs) : 0;
    if (slowest && within !== undefined && Number.isFinite(toCallMs) && within < toCallMs)
      mistakes.push({
        path: [...path, "within"],
        part: "value",
        code: "within-too-short",
        message: `${slowest.instance} looks every ${formatDuration(slowest.everyMs)} and needs ${formatDuration(toCallMs)} to call a symptom: nothing can be decided within ${formatDuration(within)}`,
      });
    for (const phase of ["fault", "recovery"] as const) {
      const worst = worstOf(lacks.filter((lack) => lack.phase === phase));
      if (worst) note(phase, { missingMs: worst.missingMs, message: tooShort(prediction, worst, phases) });
    }
    return needs.map(({ budget }) => budget);
  });
  // A phase that is too short for several predictions is one mistake: what the slowest needs is enough for all.
  for (const [phase, { message }] of short) mistakes.push({ path: ["phases", phase], part: "value", code: "phase-too-short", message });
  return all;
}

/** `only` speaks of the other probes of its plane. */
const isAbout = (prediction: Extract<Prediction, { instances: readonly string[] }>, { instance, plane }: ProbeInstance): boolean =>
  prediction.kind === "only"
    ? plane === prediction.plane && !prediction.instances.includes(instance)
    : prediction.instances.includes(instance);

/** Claims are counted, not tested: a few readings are enough. Silence is known at the deadline only, which must lie in the phase (see judge/predict-claims.ts). */
function unread(
  { id, instances, claims, during, withinMs = 0 }: Extract<Prediction, { kind: "claims" }>,
  signals: readonly SignalInstance[],
  phases: Phases,
): Short {
  const [slowest] = signals.filter(({ instance }) => instances.includes(instance)).toSorted((one, other) => other.everyMs - one.everyMs);
  if (!slowest) return { missingMs: 0, message: "" };
  const { instance, everyMs, deadlineMs } = slowest;
  const lostMs = withinMs + (claims === "silent" ? deadlineMs : 0);
  const neededMs = lostMs + fewestReadings * everyMs;
  const left = Math.max(0, Math.floor((phases[during] - lostMs) / everyMs));
  const known = claims === "silent" ? ` and known to be silent after ${formatDuration(deadlineMs)}` : "";
  return {
    missingMs: neededMs - phases[during],
    message: `"${id}" cannot be decided: ${instance} is read every ${formatDuration(everyMs)}${known}, at least ${fewestReadings} readings are needed, and ${left || "none"} are left. The shortest ${during} phase that could decide it is ${rounded(neededMs)}`,
  };
}

/** A line that is wrong by itself is not blamed for its budget too. */
const isRefused = (path: DataPath, mistakes: readonly Mistake[]): boolean =>
  mistakes.some((mistake) => path.length <= mistake.path.length && path.every((step, index) => mistake.path[index] === step));

function budgetOf(prediction: Prediction, probe: ProbeInstance, phases: Phases): Budget | undefined {
  switch (prediction.kind) {
    case "unaffected":
      return decidingBudget(prediction.id, probe, phases.baseline, phases.fault + phases.recovery);
    case "symptom": {
      const windowMs = windowOf(prediction, phases);
      return prediction.symptom === "none"
        ? decidingBudget(prediction.id, probe, phases.baseline, windowMs)
        : callingBudget(prediction.id, probe, phases.baseline, windowMs);
    }
    case "recovery":
      return callingBudget(prediction.id, probe, phases.baseline, Math.max(0, phases.recovery - prediction.withinMs));
    case "only":
      return decidingBudget(prediction.id, probe, phases.baseline, phases.fault);
    case "claims":
    case "thresholds":
    case "diagnosis":
      return undefined;
  }
}

const windowOf = ({ afterMs = 0, beforeMs }: Extract<Prediction, { kind: "symptom" }>, { fault }: Phases): number =>
  Math.max(0, Math.min(beforeMs ?? fault, fault) - afterMs);

/** Symptoms that a run can confirm, while their absence would leave it undecided: worth knowing, and no reason to refuse a short outage. */
export function irrefutable(placed: readonly Placed[], probes: readonly ProbeInstance[], phases: Phases): readonly string[] {
  return placed.flatMap(({ prediction }) => {
    if (prediction.kind !== "symptom" || prediction.symptom === "none") return [];
    // Absence is proved from the moment on for which the symptom was predicted.
    const spanMs = windowOf(prediction, phases) - (withinOf(prediction) ?? 0);
    const worst = worstOf(
      probes
        .filter((probe) => prediction.instances.includes(probe.instance))
        .map((probe) => lackBy(probe, decidingBudget(prediction.id, probe, phases.baseline, spanMs), "fault")),
    );
    if (!worst || worst.missingMs === 0) return [];
    const { budget, missingMs } = worst;
    return [
      `"${prediction.id}" can be confirmed, but seeing nothing would leave it undecided: ${budget.instance} needs ${budget.needed} good blocks of time to refute it and gets ${budget.available}; a fault phase of ${rounded(phases.fault + missingMs)} would do${prediction.beforeMs === undefined ? "" : ", with a later `before`"}`,
    ];
  });
}

const withinOf = (prediction: Prediction): number | undefined =>
  prediction.kind === "symptom" && prediction.withinMs !== undefined ? prediction.withinMs - (prediction.afterMs ?? 0) : undefined;

interface Lack {
  readonly probe: ProbeInstance;
  /** What to make longer. */
  readonly phase: Phase;
  readonly budget: Budget;
  /** Time that the phase is too short by; infinite where the baseline is. */
  readonly missingMs: number;
}

function lackOf(prediction: Prediction, probe: ProbeInstance, phases: Phases): Lack | undefined {
  const budget = budgetOf(prediction, probe, phases);
  // "Unaffected" is proved over fault and recovery, and recovery hurts nobody.
  return budget && lackBy(probe, budget, prediction.kind === "symptom" || prediction.kind === "only" ? "fault" : "recovery");
}

const lackToCall = (prediction: string, probe: ProbeInstance, phases: Phases): Lack =>
  lackBy(probe, callingBudget(prediction, probe, phases.baseline, phases.fault), "fault");

const lackBy = (probe: ProbeInstance, budget: Budget, phase: Lack["phase"]): Lack => ({
  probe,
  phase,
  budget,
  missingMs: Math.max(0, budget.needed - budget.available) * blockLengthMs(probe.everyMs),
});

const worstOf = (lacks: readonly Lack[]): Lack | undefined =>
  lacks.reduce<Lack | undefined>((most, one) => (most && most.missingMs >= one.missingMs ? most : one), undefined);

function tooShort(prediction: Prediction, { probe, phase, budget, missingMs }: Lack, phases: Phases): string {
  const baselineMs = budget.needed === neededToCall(probe, phases.baseline) ? shortestBaselineMs(probe, budget.available) : undefined;
  const start = `"${prediction.id}" cannot be decided: ${budget.instance}`;
  if (!Number.isFinite(missingMs))
    return `${start} has nothing to compare with after a baseline of ${formatDuration(phases.baseline)}${baselineMs === undefined ? "" : `; ${rounded(baselineMs)} would be enough`}`;
  const later = prediction.kind === "symptom" && prediction.beforeMs !== undefined ? ", with a later `before`" : "";
  const instead = baselineMs === undefined ? "" : `; a baseline of ${rounded(baselineMs)} would be enough as well`;
  return `${start} needs ${budget.needed} blocks of time and gets ${budget.available}. The shortest ${phase} phase that could decide it is ${rounded(phases[phase] + missingMs)}${later}${instead}`;
}

const rounded = (ms: number): string => formatDuration(Math.ceil(ms / 100) * 100);
