// What the file says about the diagnosis: one root, two, none at all, or that the samples do not tell.
import type { Experiment } from "../files/experiment.ts";
import type { DataPath, Mistake } from "../files/positions.ts";
import { suggestion } from "../model/nearest.ts";
import type { Root } from "../model/plan.ts";
import type { Stack } from "../model/stack.ts";
import type { Placed } from "./placed.ts";

const path: DataPath = ["predict", "diagnosis"];

type Roots = Pick<Extract<Placed["prediction"], { kind: "diagnosis" }>, "root" | "component" | "second">;

export function diagnosisPrediction(predicted: Experiment["predict"]["diagnosis"], stack: Stack, mistakes: Mistake[]): readonly Placed[] {
  if (predicted === undefined) return [];
  if (predicted === "abstained") return [placed("the samples do not tell where it begins", { root: "abstained", component: undefined })];
  const known = [...new Set(stack.components.flatMap(({ name, service }) => [service, name]))];
  for (const [index, { component }] of [predicted].flat().entries())
    if (component !== undefined && !known.includes(component))
      mistakes.push({
        path: [...path, ...(Array.isArray(predicted) ? [index] : []), "component"],
        part: "value",
        code: "unknown-service",
        message: `unknown component "${component}"${suggestion(component, known)}`,
      });
  if (!Array.isArray(predicted)) {
    const { root, component } = predicted;
    return [placed(`the samples point at ${root === "none" ? "nothing" : inWords(root, component, stack)}`, { root, component })];
  }
  const [first, second] = predicted.map(({ root, component }): Root => ({ root, component }));
  if (!first || !second) return [];
  const [one, other] = [first, second].map(({ root, component }) => inWords(root, component, stack));
  return [placed(`the samples point at ${one}, and by itself at ${other}`, { ...first, second })];
}

const placed = (sentence: string, roots: Roots): Placed => ({
  path,
  prediction: { kind: "diagnosis", id: "diagnosis", sentence, ...roots },
});

const inWords = (root: string, component: string | undefined, { components }: Stack): string => {
  const isWhole = components.filter(({ service }) => service === component).length > 1;
  return `the ${root} plane and at ${component ?? "no component"}${isWhole ? " as a whole" : ""}`;
};
