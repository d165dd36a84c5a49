// The table of mutation: how many predictions of each experiment could have failed, which survived what should have refuted them, and which nothing decided.
import type { PredictionMutation } from "../model/verdict.ts";
import { byExperiment, type JudgedRun, range } from "./judged-run.ts";
import { survivorsOf, weakOf } from "./mutation.ts";
import type { Table } from "./table.ts";

type Bent = JudgedRun & { readonly mutations: readonly PredictionMutation[] };

const bentOf = (runs: readonly JudgedRun[]): readonly Bent[] =>
  runs.flatMap((run) => (run.mutations === undefined ? [] : [{ ...run, mutations: run.mutations }]));

/** Of several runs of one experiment the worst counts: what could not fail once could not fail. */
export function mutationTable(runs: readonly JudgedRun[]): Table {
  return {
    title: "Predictions that can fail",
    head: ["experiment", "can fail", "predictions", "survived", "undecided", "exempt"],
    rows: byExperiment(bentOf(runs)).map(([file, own]) => {
      const bent = bentOf(own);
      const named = (which: typeof weakOf) => [...new Set(bent.flatMap(({ mutations }) => which(mutations).map(({ id }) => id)))];
      const survivors = named(survivorsOf);
      const undecided = named(weakOf).filter((id) => !survivors.includes(id));
      return [
        file,
        range(
          bent.map(({ mutations }) => mutations.length - weakOf(mutations).length),
          0,
        ),
        range(
          bent.map(({ mutations }) => mutations.length),
          0,
        ),
        survivors.join(", "),
        undecided.join(", "),
        bent.some(({ plan }) => plan.smoke) ? "tagged smoke: it only looks whether anything burns" : "",
      ];
    }),
  };
}

/** "mutation: 93 of 95 predictions can fail; 2 smoke", over experiments, by the worst run of each; undefined where nothing was bent. */
export function mutationTotal(runs: readonly JudgedRun[]): string | undefined {
  const perFile = byExperiment(bentOf(runs)).flatMap(([, own]) =>
    bentOf(own)
      .toSorted((one, other) => weakOf(other.mutations).length - weakOf(one.mutations).length)
      .slice(0, 1),
  );
  if (perFile.length === 0) return undefined;
  const counted = perFile.flatMap(({ plan, mutations }) => (plan.smoke ? [] : mutations));
  const smoke = perFile.flatMap(({ plan, mutations }) => (plan.smoke ? mutations : []));
  return `mutation: ${counted.length - weakOf(counted).length} of ${counted.length} predictions can fail; ${smoke.length} smoke`;
}
