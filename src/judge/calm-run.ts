// The run of a plan with its fault at strength 0, as far as it can be believed: what broke off, was disturbed or left something behind shows nothing about a prediction.
import { messageOf } from "../model/error.ts";
import type { Plan } from "../model/plan.ts";
import type { JournalRecord } from "../model/record.ts";
import { assumptionsOf, firstBroken } from "./assumptions.ts";
import { type Facts, factsOf } from "./facts.ts";
import { planOf } from "./judge.ts";
import { leaksOf } from "./leaks.ts";

/** Without a fault only these make a difference: one run at strength 0 serves all experiments that have them in common. */
export const essenceAtZero = ({ stack, phases, probes, signals, load }: Plan): string =>
  JSON.stringify([stack, phases, probes, signals, load]);

export type CalmRun = { readonly facts: Facts } | { readonly why: string };

export function calmRunOf(plan: Plan, records: readonly JournalRecord[] | undefined): CalmRun {
  if (!records) return { why: "it was not run" };
  const own = planOf(records);
  if (!own) return { why: "its journal does not begin with its plan" };
  if (own.changes.length > 0) return { why: "its fault was not at strength 0" };
  if (essenceAtZero(own) !== essenceAtZero(plan)) return { why: "its target, its probes or its phases were others" };
  try {
    const facts = factsOf({ ...own, predictions: plan.predictions }, records);
    const why = doubtOf(facts);
    return why === undefined ? { facts } : { why };
  } catch (error) {
    return { why: `judge-crashed: ${messageOf(error)}` };
  }
}

/** That symptoms are refuted is the point of it, so it counts as refuted: then it matters whether the machine itself was slow. */
function doubtOf(facts: Facts): string | undefined {
  const [leak] = leaksOf(facts);
  if (leak !== undefined) return `something may still be broken: ${leak}`;
  return firstBroken(assumptionsOf(facts, true));
}
