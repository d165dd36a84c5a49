// What a person reads first: the closing lines of `run`, and report.txt, which is the same with every detail below it.
import type { Plan } from "../model/plan.ts";
import type { ProbeFinding, Verdict } from "../model/verdict.ts";
import { columns } from "./table.ts";
import {
  alarmists,
  alarmSentence,
  diagnosisSentence,
  errorsSentence,
  liars,
  lieSentence,
  milliseconds,
  seconds,
  verdictSentence,
} from "./words.ts";

export interface Where {
  /** Path of the report to open, as the user would type it. */
  readonly report: string;
  /** Command that runs this experiment again. */
  readonly again: string;
}

export function closingText(plan: Plan, verdict: Verdict, where: Where): string {
  return `${[
    `${verdictSentence(verdict)}: ${plan.title}`,
    `  ${verdict.reason}`,
    ...verdict.leaks.map((leak) => `  LEAK ${leak}`),
    "",
    ...columns(
      [
        ["plane", "predicted", "observed", "verdict"],
        ...verdict.planes.map(({ plane, predicted, observed, outcome }) => [plane, predicted, observed, outcome]),
      ],
      "  ",
    ),
    ...verdict.planes.filter(({ evidence }) => evidence !== "").map(({ plane, evidence }) => `  ${plane}: ${evidence}`),
    "",
    ...liars(verdict).map((liar) => `  FALSE GREEN ${lieSentence(liar)}`),
    ...alarmists(verdict).map((alarmist) => `  FALSE RED ${alarmSentence(alarmist)}`),
    `  diagnosis: ${diagnosisSentence(verdict)}`,
    `  report: ${where.report}`,
    `  again:  ${where.again}`,
  ].join("\n")}\n`;
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];

export function reportText(plan: Plan, verdict: Verdict, where: Where): string {
  return [
    closingText(plan, verdict, where).trimEnd(),
    ...section(
      "What was done",
      plan.faults.map(({ sentence }) => sentence),
    ),
    ...section("Assumptions", columns(verdict.assumptions.map(({ name, held, detail }) => [held ? "held" : "BROKEN", name, detail]))),
    ...section(
      "Witnesses",
      verdict.witnesses.map(
        ({ sentence, acted, gone }) => `${acted ? "acted" : "DID NOT ACT"}, ${gone ? "gone" : "NOT GONE"}: ${sentence}`,
      ),
    ),
    ...section(
      "Predictions",
      verdict.predictions.flatMap(({ outcome, sentence, observed, evidence }) => [
        `${outcome}: ${sentence}`,
        ...[observed, evidence].filter((text) => text !== "").map((text) => `  ${text}`),
      ]),
    ),
    ...section(
      "Instances",
      columns([
        ["instance", "before p50/p99", "during p50/p99", "after p50/p99", "bad", "missed", "symptoms"],
        ...verdict.probes.map(probeRow),
      ]),
    ),
    ...section("Outages, as intervals one period wide (seconds since the start of the run)", verdict.probes.flatMap(outageLines)),
    ...section(
      "Signals",
      columns(
        verdict.signals.map(({ instance, claims, wasWell, falseGreenMs, lieAbout, falseRedMs, redBeside }) => [
          instance,
          `${claims.healthy} healthy, ${claims.unhealthy} unhealthy, ${claims.silent} silent during the fault`,
          [
            ...(wasWell ? [] : ["not well before the fault either, so it counts for nothing"]),
            ...(falseGreenMs > 0 ? [`false green for ${seconds(falseGreenMs)} (${lieAbout} impaired)`] : []),
            ...(falseRedMs > 0 ? [`false red for ${seconds(falseRedMs)} (${redBeside ?? "nothing"} impaired)`] : []),
          ].join(", "),
        ]),
      ),
    ),
    ...section("Diagnosis, blind (seconds since the start of the run)", [diagnosisSentence(verdict), ...verdict.diagnosis.rows]),
    ...section(
      "Counters beside the probes (they explain, they prove nothing)",
      columns(verdict.evidence.map(({ component, name, baseline, fault }) => [component, name, String(baseline), `-> ${fault}`])),
    ),
    ...section("Errors", [errorsSentence(verdict)]),
    "",
  ].join("\n");
}

const span = (stats: ProbeFinding["fault"]): string => `${milliseconds(stats.medianMs)} / ${milliseconds(stats.p99Ms)}`;

function probeRow({ instance, baseline, fault, recovery, symptoms }: ProbeFinding): readonly string[] {
  return [
    instance,
    span(baseline),
    span(fault),
    span(recovery),
    `${fault.bad}/${fault.samples}`,
    String(baseline.missed + fault.missed + recovery.missed),
    symptoms.map(({ symptom }) => symptom).join(", ") || "none",
  ];
}

const between = (interval: readonly [number, number]): string => `${(interval[0] / 1_000).toFixed(2)}..${(interval[1] / 1_000).toFixed(2)}`;

function outageLines({ instance, outages }: ProbeFinding): readonly string[] {
  return outages.map(
    ({ onset, end, badSamples }) =>
      `${instance}: began ${between(onset)}, ${end ? `ended ${between(end)}` : "did not end"}, ${badSamples} samples failed, wrong, late or slow`,
  );
}
