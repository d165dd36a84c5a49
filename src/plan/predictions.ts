// Lines of the file to predictions with ids, sentences and instances. Unknown names and lines that no run could decide are refused.
import { formatDuration } from "../model/duration.ts";
import { suggestion } from "../model/nearest.ts";
import { type Outage, outageWords } from "../model/outage.ts";
import { type Plane, planes } from "../model/plane.ts";
import { symptomsOf } from "../model/symptoms.ts";
import type { ProbeInstance, SignalInstance } from "../model/probe.ts";
import type { Experiment, PlanePrediction, SymptomLine } from "../files/experiment.ts";
import type { Target } from "../files/load-target.ts";
import type { DataPath, Mistake } from "../files/positions.ts";
import { diagnosisPrediction } from "./diagnosis.ts";
import type { Placed } from "./placed.ts";

export function planPredictions({ predict, phases }: Experiment, target: Target, mistakes: Mistake[]): readonly Placed[] {
  const placed = [
    ...planes.flatMap((plane) => planePredictions(plane, predict.planes?.[plane], { target, faultMs: phases.fault, mistakes })),
    ...signalPredictions(predict.signals ?? {}, target.signals, phases, mistakes),
    ...recoveryPrediction(predict.recovery?.within, target.probes),
    ...diagnosisPrediction(predict.diagnosis, target.stack, mistakes),
  ];
  return placed.map(({ prediction, path }, index) => {
    const same = placed.slice(0, index).filter((earlier) => earlier.prediction.id === prediction.id).length;
    return { path, prediction: same === 0 ? prediction : { ...prediction, id: `${prediction.id} (${same + 1})` } };
  });
}

interface Context {
  readonly target: Target;
  readonly faultMs: number;
  readonly mistakes: Mistake[];
}

function planePredictions(plane: Plane, predicted: PlanePrediction | undefined, context: Context): readonly Placed[] {
  if (predicted === undefined) return [];
  const path: DataPath = ["predict", "planes", plane];
  const own = context.target.probes.filter((probe) => probe.plane === plane).map((probe) => probe.instance);
  if (own.length === 0) {
    context.mistakes.push({
      path,
      part: "key",
      code: "plane-without-probe",
      message: `no probe of the target looks at the ${plane} plane: nothing about it can be known`,
    });
    return [];
  }
  if (predicted === "unaffected")
    return [
      {
        path,
        prediction: { kind: "unaffected", id: `${plane} unaffected`, sentence: `the ${plane} plane is unaffected`, plane, instances: own },
      },
    ];
  const lines = "symptoms" in predicted ? predicted.symptoms : predicted;
  const linesPath: DataPath = "symptoms" in predicted ? [...path, "symptoms"] : path;
  const placed = lines.flatMap((line, index) => symptomPrediction(plane, line, [...linesPath, index], context));
  if (!("symptoms" in predicted)) return placed;
  const listed = [...new Set(placed.flatMap(({ prediction }) => ("instances" in prediction ? prediction.instances : [])))];
  // Whoever is told that nothing else shows a symptom believes that somebody looked.
  if (own.every((instance) => listed.includes(instance)))
    context.mistakes.push({
      path: [...path, "only"],
      part: "key",
      code: "only-without-others",
      message: `the lines name every probe of the ${plane} plane, so \`only\` promises nothing: leave it out, or name fewer`,
    });
  return [
    ...placed,
    {
      path: [...path, "only"],
      prediction: {
        kind: "only",
        id: `${plane} only`,
        sentence: `no other probe of the ${plane} plane shows a symptom`,
        plane,
        instances: listed,
      },
    },
  ];
}

function symptomPrediction(plane: Plane, line: SymptomLine, path: DataPath, { target, faultMs, mistakes }: Context): readonly Placed[] {
  const instances = instancesOf(line.probe, target.probes, "unknown-probe", [...path, "probe"], mistakes);
  const probes = target.probes.filter((probe) => instances.includes(probe.instance));
  const stranger = probes.find((probe) => probe.plane !== plane);
  if (stranger)
    mistakes.push({
      path: [...path, "probe"],
      part: "value",
      code: "wrong-plane",
      message: `${line.probe} belongs to the ${stranger.plane} plane, not to ${plane}`,
    });
  const unfit = unfitness(line, probes[0]);
  if (unfit !== undefined) mistakes.push({ path: [...path, "symptom"], part: "value", code: "unfit-symptom", message: unfit });
  checkWindow(line, faultMs, path, mistakes);
  if (instances.length === 0) return [];
  const { symptom } = line;
  const words = [
    symptom === "none"
      ? `${line.probe} shows no symptom`
      : symptom === "impaired"
        ? `${line.probe} is impaired in some way`
        : `${line.probe} is ${symptom}`,
    ...(line.atLeast === undefined ? [] : [`at least ${line.atLeast} times`]),
    ...(line.within === undefined ? [] : [`within ${formatDuration(line.within)}`]),
    ...(line.after === undefined ? [] : [`from ${formatDuration(line.after)} after the fault`]),
    ...(line.before === undefined ? [] : [`until ${formatDuration(line.before)} after the fault`]),
    ...(line.outage === undefined ? [] : [`for ${outageWords(outageOf(line.outage))}`]),
  ];
  return [
    {
      path,
      prediction: {
        kind: "symptom",
        id: symptomId(line),
        sentence: words.join(", "),
        plane,
        instances,
        symptom,
        atLeast: line.atLeast,
        withinMs: line.within,
        afterMs: line.after,
        beforeMs: line.before,
        ...(line.outage && { outage: outageOf(line.outage) }),
      },
    },
  ];
}

function unfitness({ probe, symptom }: SymptomLine, instance: ProbeInstance | undefined): string | undefined {
  if (instance === undefined || symptom === "impaired" || symptom === "none" || symptomsOf(instance.measurement).includes(symptom))
    return undefined;
  const why = symptom === "stale" ? "only a heartbeat can be stale" : "without `expect` no answer of it can be wrong";
  return `${probe} is a probe of kind ${instance.measurement.kind}: ${why}`;
}

const outageOf = ({ atLeast = 0, atMost }: NonNullable<SymptomLine["outage"]>): Outage => ({ atLeastMs: atLeast, atMostMs: atMost });

const symptomId = ({ probe, symptom, after, before }: SymptomLine): string =>
  `${probe} ${symptom}${after === undefined ? "" : ` after ${formatDuration(after)}`}${before === undefined ? "" : ` before ${formatDuration(before)}`}`;

function checkWindow({ after, before, within }: SymptomLine, faultMs: number, path: DataPath, mistakes: Mistake[]): void {
  const empty = (option: string, message: string): void =>
    void mistakes.push({ path: [...path, option], part: "value", code: "window-empty", message });
  const phase = formatDuration(faultMs);
  if (after !== undefined && after >= faultMs)
    empty("after", `after ${formatDuration(after)} there is nothing left of the fault phase, which lasts ${phase}`);
  else if (before !== undefined && before <= (after ?? 0))
    empty("before", `before ${formatDuration(before)} and after ${formatDuration(after ?? 0)} there is nothing`);
  else if (within !== undefined && within <= (after ?? 0))
    empty(
      "within",
      `the window begins ${formatDuration(after ?? 0)} after the fault, so nothing can be there within ${formatDuration(within)}`,
    );
  else if (within !== undefined && within > Math.min(before ?? faultMs, faultMs))
    empty(
      "within",
      `the window ends ${formatDuration(Math.min(before ?? faultMs, faultMs))} after the fault, before the ${formatDuration(within)} are over`,
    );
}

function signalPredictions(
  predicted: NonNullable<Experiment["predict"]["signals"]>,
  signals: readonly SignalInstance[],
  phases: Experiment["phases"],
  mistakes: Mistake[],
): readonly Placed[] {
  return Object.entries(predicted).flatMap(([name, value]) => {
    const path: DataPath = ["predict", "signals", name];
    const instances = instancesOf(name, signals, "unknown-signal", path, mistakes, "key");
    if (instances.length === 0) return [];
    return [value].flat().map((line, index): Placed => {
      const linePath = Array.isArray(value) ? [...path, index] : path;
      const phase = phases[line.during];
      if (line.within !== undefined && line.within >= phase)
        mistakes.push({
          path: [...linePath, "within"],
          part: "value",
          code: "window-empty",
          message: `the ${line.during} phase lasts ${formatDuration(phase)}, so nothing is left of it after ${formatDuration(line.within)}`,
        });
      return {
        path: linePath,
        prediction: {
          kind: "claims",
          id: `${name} claims ${line.claims} during ${line.during}`,
          sentence: `${name} ${line.claims === "silent" ? "is silent" : `claims to be ${line.claims}`} during the ${line.during}${line.within === undefined ? "" : `, within ${formatDuration(line.within)}`}`,
          instances,
          claims: line.claims,
          during: line.during,
          withinMs: line.within,
        },
      };
    });
  });
}

function recoveryPrediction(withinMs: number | undefined, probes: readonly ProbeInstance[]): readonly Placed[] {
  if (withinMs === undefined) return [];
  return [
    {
      path: ["predict", "recovery", "within"],
      prediction: {
        kind: "recovery",
        id: "recovery",
        sentence: `every probe is free of symptoms within ${formatDuration(withinMs)} after the fault`,
        withinMs,
        instances: probes.map((probe) => probe.instance),
      },
    },
  ];
}

/** A name stands for all its instances. */
export function instancesOf(
  selector: string,
  all: readonly { readonly name: string; readonly instance: string }[],
  code: "unknown-probe" | "unknown-signal",
  path: DataPath,
  mistakes: Mistake[],
  part: Mistake["part"] = "value",
): readonly string[] {
  const found = all.filter((one) => one.name === selector || one.instance === selector).map((one) => one.instance);
  if (found.length > 0) return found;
  const names = selector.includes("@") ? all.map((one) => one.instance) : all.map((one) => one.name);
  mistakes.push({
    path,
    part,
    code,
    message: `unknown ${code === "unknown-probe" ? "probe" : "signal"} "${selector}"${suggestion(selector, [...new Set(names)])}`,
  });
  return [];
}
