// The table of mutation: how many predictions of each experiment could have failed and what showed it, which survived what should have refuted them, which nothing decided, and which promise little.
import { failsWithoutFault, looseBy } from "../judge/mutation.ts";
import type { PredictionMutation } from "../model/verdict.ts";
import { byExperiment, type JudgedRun, range } from "./judged-run.ts";
import { survivorsOf, weakOf } from "./mutation.ts";
import type { Table } from "./table.ts";

type Bent = JudgedRun & { readonly mutations: readonly PredictionMutation[] };

const bentOf = (runs: readonly JudgedRun[]): readonly Bent[] =>
  runs.flatMap((run) => (run.mutations === undefined ? [] : [{ ...run, mutations: run.mutations }]));

type Which = (mutations: readonly PredictionMutation[]) => readonly PredictionMutation[];
const ableOf: Which = (mutations) => mutations.filter(({ canFail }) => canFail);
const ableWithoutFault: Which = (mutations) => ableOf(mutations).filter(({ mutants }) => failsWithoutFault(mutants));
const looseOf: Which = (mutations) => mutations.filter(({ mutants }) => looseBy(mutants).length > 0);

/** Of several runs of one experiment the worst counts: what could not fail once could not fail. */
export function mutationTable(runs: readonly JudgedRun[]): Table {
  return {
    title: "Predictions that can fail",
    head: [
      "experiment",
      "can fail",
      "without the fault",
      "by a planted failure",
      "predictions",
      "survived",
      "undecided",
      "loose",
      "exempt",
    ],
    rows: byExperiment(bentOf(runs)).map(([file, own]) => {
      const bent = bentOf(own);
      const count = (which: Which) =>
        range(
          bent.map(({ mutations }) => which(mutations).length),
          0,
        );
      const named = (which: Which) => [...new Set(bent.flatMap(({ mutations }) => which(mutations).map(({ id }) => id)))];
      const survivors = named(survivorsOf);
      const undecided = named(weakOf).filter((id) => !survivors.includes(id));
      return [
        file,
        count(ableOf),
        count(ableWithoutFault),
        count((mutations) => ableOf(mutations).filter((one) => !ableWithoutFault(mutations).includes(one))),
        count((mutations) => mutations),
        survivors.join(", "),
        undecided.join(", "),
        named(looseOf).join(", "),
        bent.some(({ plan }) => plan.smoke) ? "tagged smoke: it only looks whether anything burns" : "",
      ];
    }),
  };
}

/** "mutation: 93 of 95 predictions can fail; 2 smoke (51 are refuted without the fault, 42 by a planted failure; 30 are loose)", over experiments, by the worst run of each; undefined where nothing was bent. */
export function mutationTotal(runs: readonly JudgedRun[]): string | undefined {
  const perFile = byExperiment(bentOf(runs)).flatMap(([, own]) =>
    bentOf(own)
      .toSorted((one, other) => weakOf(other.mutations).length - weakOf(one.mutations).length)
      .slice(0, 1),
  );
  if (perFile.length === 0) return undefined;
  const counted = perFile.flatMap(({ plan, mutations }) => (plan.smoke ? [] : mutations));
  const smoke = perFile.flatMap(({ plan, mutations }) => (plan.smoke ? mutations : []));
  const able = ableOf(counted).length;
  const real = ableWithoutFault(counted).length;
  return `mutation: ${able} of ${counted.length} predictions can fail; ${smoke.length} smoke (${real} are refuted without the fault, ${able - real} by a planted failure; ${looseOf(counted).length} are loose)`;
}
