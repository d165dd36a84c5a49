// How outcomes are put together: the written-down table.
//
//   assumptions | predictions                     | verdict
//   ------------+---------------------------------+-------------
//   one broken  | whatever they are               | inconclusive
//   all hold    | one or more refuted             | refuted
//   all hold    | none refuted, one undecided     | inconclusive
//   all hold    | none at all                     | inconclusive
//   all hold    | all confirmed                   | confirmed
import type { Outcome } from "../model/verdict.ts";

/** Larger dominates. Unlike in other checkers undecided does not hide refuted: a refuted line stays refuted however little the others show. */
const priority = { confirmed: 0, inconclusive: 1, refuted: 2 } as const satisfies Record<Outcome, number>;

/** Each prediction is tested at full alpha and all must hold (intersection-union), so nothing is split between them. */
export function mergeOutcomes(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>(
    (worst, one) => (priority[one] > priority[worst] ? one : worst),
    outcomes.length === 0 ? "inconclusive" : "confirmed",
  );
}

export const mergeVerdict = (assumptionsHold: boolean, predictions: readonly Outcome[]): Outcome =>
  assumptionsHold ? mergeOutcomes(predictions) : "inconclusive";
