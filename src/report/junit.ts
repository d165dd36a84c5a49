// JUnit XML for CI systems: one case per prediction. Refuted is a failure, inconclusive an error: the code under test did not fail, the run could not tell.
import type { Plan } from "../model/plan.ts";
import type { PredictionVerdict, Verdict } from "../model/verdict.ts";
import { escape } from "./xml.ts";
import { alarmists, alarmSentence, liars, lieSentence } from "./words.ts";

export function junitXml(plan: Plan, verdict: Verdict, durationMs: number): string {
  const count = (outcome: Verdict["outcome"]) => verdict.predictions.filter((one) => one.outcome === outcome).length;
  const broken = verdict.assumptions.filter(({ held }) => !held);
  const extra = [
    ...broken.map(({ name, detail }) => run(plan, `assumption ${name}`, tag("error", detail, detail))),
    ...verdict.leaks.map((leak) => run(plan, "leak", tag("error", leak, leak))),
  ];
  const cases = verdict.predictions.map((one) => caseOf(plan, one));
  const properties: readonly (readonly [string, string])[] = [
    ["verdict", verdict.outcome],
    ["reason", verdict.reason],
    ["expected", verdict.expected.verdict],
    ["as-expected", String(verdict.asExpected)],
    ["alpha", String(verdict.errors.alpha)],
    ["falsely-confirmed", String(verdict.errors.falselyConfirmed)],
    ["falsely-refuted", String(verdict.errors.falselyRefuted)],
    ...verdict.probes.flatMap(({ instance, slowdown }) =>
      slowdown === undefined ? [] : [[`slowdown ${instance}`, slowdown.toFixed(2)] as const],
    ),
    ...liars(verdict).map((liar) => [`false-green ${liar.instance}`, lieSentence(liar)] as const),
    ...alarmists(verdict).map((alarmist) => [`false-red ${alarmist.instance}`, alarmSentence(alarmist)] as const),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite name="${escape(plan.title)}" file="${escape(plan.file)}" tests="${cases.length + extra.length}" failures="${count("refuted")}" errors="${count("inconclusive") + extra.length}" time="${(durationMs / 1_000).toFixed(3)}">`,
    "  <properties>",
    ...properties.map(([name, value]) => `    <property name="${escape(name)}" value="${escape(value)}"/>`),
    "  </properties>",
    ...cases,
    ...extra,
    "</testsuite></testsuites>",
    "",
  ].join("\n");
}

const tag = (kind: "failure" | "error", message: string, body: string): string =>
  `<${kind} message="${escape(message)}">${escape(body)}</${kind}>`;
const run = (plan: Plan, name: string, inside: string): string =>
  `  <testcase classname="${escape(plan.file)}" name="${escape(name)}">${inside}</testcase>`;

function caseOf(plan: Plan, { id, sentence, outcome, observed, evidence, plane }: PredictionVerdict): string {
  const detail = [sentence, observed, evidence].filter((text) => text !== "").join("\n");
  const properties = `<properties><property name="plane" value="${plane ?? "all"}"/><property name="observed" value="${escape(observed)}"/></properties>`;
  if (outcome === "confirmed") return run(plan, id, `${properties}<system-out>${escape(detail)}</system-out>`);
  return run(plan, id, `${properties}${tag(outcome === "refuted" ? "failure" : "error", observed, detail)}`);
}
