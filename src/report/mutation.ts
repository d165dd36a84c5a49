// What bending the predictions of a run came to: the score, those that survived where they must not, those that nothing decided, and those that promise far less than they could.
import { looseBy, survivedBy, zeroNotCounted } from "../judge/mutation.ts";
import type { MutantVerdict, PredictionMutation } from "../model/verdict.ts";

const times = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Those that were not shown to be able to fail. */
export const weakOf = (mutations: readonly PredictionMutation[]): readonly PredictionMutation[] =>
  mutations.filter(({ canFail }) => !canFail);

export const survivorsOf = (mutations: readonly PredictionMutation[]): readonly PredictionMutation[] =>
  mutations.filter(({ mutants }) => survivedBy(mutants).length > 0);

export function mutationText(mutations: readonly PredictionMutation[]): string {
  const survivors = survivorsOf(mutations);
  const undecided = weakOf(mutations).filter((one) => !survivors.includes(one));
  const all = mutations.flatMap(({ mutants }) => withoutComplements(mutants));
  const ended = (outcome: string): number => all.filter((mutant) => mutant.outcome === outcome).length;
  const why = zeroNotCounted(mutations);
  return `${[
    `  mutation: ${mutations.length - weakOf(mutations).length} of ${times(mutations.length, "prediction")} can fail (of ${times(all.length, "mutant")} ${ended("refuted")} refuted, ${ended("inconclusive")} undecided, ${ended("confirmed")} still confirmed)`,
    ...(why === undefined ? [] : [`  the run with the fault at strength 0 does not count: ${why}`]),
    ...survivors.map(({ id, mutants }) => `  SURVIVED ${id}: still confirmed with ${survivedBy(mutants).map(spell).join("; ")}`),
    ...undecided.map(({ id, mutants }) => `  UNDECIDED ${id}: ${notShownBy(mutants)}`),
    ...mutations.flatMap(({ id, mutants }) => looseBy(mutants).map((mutant) => `  loose: ${id} holds with ${spellLoose(mutant)}, too`)),
  ].join("\n")}\n`;
}

const spell = ({ change, observed }: MutantVerdict): string => (observed === "" ? change : `${change} (${observed})`);

/** Of times nothing was measured: all that is observed is who kept them, a long list. */
const spellLoose = (mutant: MutantVerdict): string => (mutant.change === "time halved" ? mutant.change : spell(mutant));

/** A complement is refuted by whatever confirms: it says nothing, so it is neither counted nor said. */
const withoutComplements = (mutants: readonly MutantVerdict[]): readonly MutantVerdict[] =>
  mutants.filter(({ role }) => role !== "complement");

const notShownBy = (mutants: readonly MutantVerdict[]): string =>
  withoutComplements(mutants)
    .map((mutant) => `${mutant.outcome} with ${spell(mutant)}`)
    .join("; ");
