// What each experiment did to whom: the instances that showed a symptom in any of its runs. All others kept still.
import type { ProbeFinding } from "../model/verdict.ts";
import { byExperiment, byInstance, type JudgedRun, range } from "./judged-run.ts";
import type { Table } from "./table.ts";

export function effectsTable(runs: readonly JudgedRun[]): Table {
  return {
    title: "Effects, from the smallest to the largest of all runs",
    head: ["experiment", "probe", "median ms, baseline", "fault", "p99 ms, fault", "bad of", "samples", "symptoms", "bad for, seconds"],
    rows: byExperiment(runs).flatMap(([file, own]) =>
      byInstance(own, ({ probes }) => probes).flatMap(([instance, findings]) =>
        findings.some(({ symptoms }) => symptoms.length > 0) ? [[file, instance, ...effects(findings)]] : [],
      ),
    ),
  };
}

const effects = (findings: readonly ProbeFinding[]): readonly string[] => [
  known(findings.map(({ baseline }) => baseline.medianMs)),
  known(findings.map(({ fault }) => fault.medianMs)),
  known(findings.map(({ fault }) => fault.p99Ms)),
  known(findings.map(({ fault }) => fault.bad)),
  known(findings.map(({ fault }) => fault.samples)),
  symptomsOf(findings),
  known(
    findings.map(({ outages }) =>
      outages.reduce((sum, { onset, end }) => sum + (end === undefined ? Number.NaN : end[0] - onset[1]) / 1_000, 0),
    ),
    1,
  ),
];

/** Of the runs in which there is a figure; an outage without an end has none. */
function known(values: readonly (number | undefined)[], digits = 0): string {
  const found = values.filter((value) => value !== undefined && !Number.isNaN(value)) as readonly number[];
  return found.length === 0 ? "" : range(found, digits);
}

/** "failing, slow (2 of 5)": how often, where not in every run. */
function symptomsOf(findings: readonly ProbeFinding[]): string {
  const names = [...new Set(findings.flatMap(({ symptoms }) => symptoms.map(({ symptom }) => symptom)))];
  return names
    .map((name) => {
      const count = findings.filter(({ symptoms }) => symptoms.some(({ symptom }) => symptom === name)).length;
      return count === findings.length ? name : `${name} (${count} of ${findings.length})`;
    })
    .join(", ");
}
