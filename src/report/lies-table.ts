// The table of false green and false red: how long each signal claimed what the planes refute.
import type { SignalFinding } from "../model/verdict.ts";
import { byExperiment, byInstance, type JudgedRun, range, tally } from "./judged-run.ts";
import type { Table } from "./table.ts";

export function liesTable(runs: readonly JudgedRun[]): Table {
  return {
    title: "Signals that lied, in seconds",
    head: ["experiment", "signal", "false green", "while impaired", "false red", "while impaired"],
    rows: byExperiment(runs).flatMap(([file, own]) =>
      byInstance(own, ({ signals }) => signals).flatMap(([instance, findings]) =>
        findings.some(({ falseGreenMs, falseRedMs }) => falseGreenMs + falseRedMs > 0) ? [[file, instance, ...lies(findings)]] : [],
      ),
    ),
  };
}

const lies = (findings: readonly SignalFinding[]): readonly string[] => [
  ...told(findings.map(({ falseGreenMs, lieAbout }) => [falseGreenMs, lieAbout ?? ""])),
  ...told(findings.map(({ falseRedMs, redBeside }) => [falseRedMs, redBeside ?? "nothing"])),
];

/** Seconds over all runs, those without a lie included, and what was impaired in those with one. */
function told(each: readonly (readonly [ms: number, plane: string])[]): readonly [seconds: string, planes: string] {
  const lying = each.filter(([ms]) => ms > 0);
  return lying.length === 0
    ? ["", ""]
    : [
        range(
          each.map(([ms]) => ms / 1_000),
          1,
        ),
        tally(lying.map(([, plane]) => plane)),
      ];
}
