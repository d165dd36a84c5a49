// What the tables over several runs read of each: its plan and verdict, and what bending its predictions came to.
import type { Plan } from "../model/plan.ts";
import type { PredictionMutation, Verdict } from "../model/verdict.ts";

export interface JudgedRun {
  readonly folder: string;
  readonly plan: Plan;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** Undefined: they were not bent. */
  readonly mutations: readonly PredictionMutation[] | undefined;
}

/** A run of which there is no verdict: it broke off before its plan was written, or its files are damaged or older than today's formats. */
export interface UnreadRun {
  readonly folder: string;
  readonly why: string;
}

/** Repeated runs of one experiment, in the order in which experiments first came. */
export function byExperiment(runs: readonly JudgedRun[]): readonly (readonly [file: string, runs: readonly JudgedRun[]])[] {
  const files = [...new Set(runs.map(({ plan }) => plan.file))];
  return files.map((file) => [file, runs.filter(({ plan }) => plan.file === file)]);
}

/** What the verdicts of several runs found of each instance, in the order in which instances first came. */
export const byInstance = <Finding extends { readonly instance: string }>(
  runs: readonly JudgedRun[],
  found: (verdict: Verdict) => readonly Finding[],
): readonly (readonly [instance: string, findings: readonly Finding[]])[] => [
  ...Map.groupBy(
    runs.flatMap(({ verdict }) => found(verdict)),
    ({ instance }) => instance,
  ),
];

/** "control at etcd (4), abstained (1)"; a single answer needs no count. */
export function tally(answers: readonly string[]): string {
  const distinct = [...new Set(answers)];
  if (distinct.length === 1) return distinct.join("");
  return distinct.map((answer) => `${answer} (${answers.filter((one) => one === answer).length})`).join(", ");
}

export const outOf = (runs: readonly JudgedRun[], good: (run: JudgedRun) => boolean): string =>
  `${runs.filter(good).length} of ${runs.length}`;

/** "18.9..20.1", or one number where there is but one. */
export function range(values: readonly number[], digits: number): string {
  const [low, high] = [Math.min(...values).toFixed(digits), Math.max(...values).toFixed(digits)];
  return low === high ? low : `${low}..${high}`;
}
