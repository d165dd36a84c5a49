// What bending the predictions of a run came to: the score, those that nothing could refute, and those that would have held in half the time.
import type { PredictionMutation } from "../model/verdict.ts";

const times = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

export const weakOf = (mutations: readonly PredictionMutation[]): readonly PredictionMutation[] =>
  mutations.filter(({ canFail }) => !canFail);

export function mutationText(mutations: readonly PredictionMutation[]): string {
  const weak = weakOf(mutations);
  const all = mutations.flatMap(({ mutants }) => mutants);
  const ended = (outcome: string): number => all.filter((mutant) => mutant.outcome === outcome).length;
  const loose = mutations.filter(({ mutants }) =>
    mutants.some(({ change, outcome }) => change === "time halved" && outcome === "confirmed"),
  );
  return `${[
    `  mutation: ${mutations.length - weak.length} of ${times(mutations.length, "prediction")} can fail (of ${times(all.length, "mutant")} ${ended("refuted")} refuted, ${ended("inconclusive")} undecided, ${ended("confirmed")} still confirmed)`,
    ...weak.map(({ id, mutants }) => `  TAUTOLOGY ${id}: still confirmed with ${mutants.map(({ change }) => change).join(", ")}`),
    ...loose.map(({ id }) => `  loose: ${id} holds with half the time, too`),
  ].join("\n")}\n`;
}
