// What the file says about the diagnosis: one root, two, none at all, or that the samples do not tell.
import type { Experiment } from "../files/experiment.ts";
import type { DataPath, Mistake } from "../files/positions.ts";
import { namesOf } from "../files/stack.ts";
import { suggestion } from "../model/nearest.ts";
import type { Root } from "../model/plan.ts";
import type { Stack } from "../model/stack.ts";
import type { Placed } from "./placed.ts";
import { knownPlaces } from "../files/stack.ts";

const path: DataPath = ["predict", "diagnosis"];

type Roots = Pick<Extract<Placed["prediction"], { kind: "diagnosis" }>, "root" | "component" | "second">;

export function diagnosisPrediction(predicted: Experiment["predict"]["diagnosis"], stack: Stack, mistakes: Mistake[]): readonly Placed[] {
  if (predicted === undefined) return [];
  if (predicted === "abstained") return [placed("the samples do not tell where it begins", { root: "abstained", component: undefined })];
  for (const [index, { component }] of [predicted].flat().entries())
    if (component !== undefined && namesOf(component, stack).length === 0)
      mistakes.push({
        path: [...path, ...(Array.isArray(predicted) ? [index] : []), "component"],
        part: "value",
        code: "unknown-service",
        message: `unknown component "${component}"${suggestion(component, knownPlaces(stack))}`,
      });
  if (!Array.isArray(predicted)) {
    const { root, component } = predicted;
    return [
      placed(root === "none" ? "the samples point at nothing" : `the samples point at ${inWords(root, component)}`, { root, component }),
    ];
  }
  const [first, second] = predicted.map(({ root, component }): Root => ({ root, component }));
  if (!first || !second) return [];
  const sentence = `the samples point at ${inWords(first.root, first.component)}, and by itself at ${inWords(second.root, second.component)}`;
  return [placed(sentence, { ...first, second })];
}

const placed = (sentence: string, roots: Roots): Placed => ({
  path,
  prediction: { kind: "diagnosis", id: "diagnosis", sentence, ...roots },
});

const inWords = (root: string, component: string | undefined): string =>
  `the ${root} plane${component === undefined ? "" : ` and at ${component}`}`;
