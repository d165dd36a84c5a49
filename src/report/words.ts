// The sentences that more than one report uses, so that terminal, file and page never say different things.
import { becauseWords } from "../model/expectation.ts";
import type { SignalFinding, Verdict } from "../model/verdict.ts";

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
export const milliseconds = (ms: number | undefined): string =>
  ms === undefined ? "-" : ms >= 1_000 ? seconds(ms) : `${Number(ms.toPrecision(3))} ms`;

/** "refuted, as expected" */
export function verdictSentence(verdict: Verdict): string {
  const { expected, asExpected, outcome } = verdict;
  if (verdict.leaks.length > 0) return `${outcome}, and something may still be broken`;
  return asExpected
    ? `${outcome}, as expected`
    : `${outcome}, ${["expected", expected.verdict, becauseWords(expected)].join(" ").trimEnd()}`;
}

export const liars = (verdict: Verdict): readonly SignalFinding[] => verdict.signals.filter(({ falseGreenMs }) => falseGreenMs > 0);

export const lieSentence = ({ instance, falseGreenMs, lieAbout }: SignalFinding): string =>
  `${instance} claimed health for ${seconds(falseGreenMs)} while the ${lieAbout ?? "?"} plane was impaired`;

export const alarmists = (verdict: Verdict): readonly SignalFinding[] => verdict.signals.filter(({ falseRedMs }) => falseRedMs > 0);

export const alarmSentence = ({ instance, falseRedMs, redBeside }: SignalFinding): string =>
  `${instance} claimed to be ill for ${seconds(falseRedMs)} while traffic flowed and changes went through${redBeside === undefined ? "" : `; only the ${redBeside} plane was impaired`}`;

export function diagnosisSentence({ diagnosis, witnesses = [] }: Pick<Verdict, "diagnosis"> & Partial<Verdict>): string {
  const { roots, abstained } = diagnosis;
  if (abstained !== undefined) return `abstained: ${abstained}`;
  // A fault that was proven to act did happen, though no probe felt it.
  if (roots.length === 0) return witnesses.some(({ acted }) => acted) ? "no symptom seen" : "nothing happened";
  const places = roots.map(({ root, component }) => (component === undefined ? `the ${root} plane` : `the ${root} plane at ${component}`));
  return places.length === 1 ? `root is ${places.join("")}` : `roots are ${places.join(" and ")}`;
}

const twoDigits = (value: number) => Number(value.toPrecision(2));

export function errorsSentence({ errors }: Verdict): string {
  return `samples alone make a verdict falsely confirmed with probability at most ${twoDigits(errors.falselyConfirmed)}, falsely refuted ${twoDigits(errors.falselyRefuted)} (alpha ${twoDigits(errors.alpha)} per test, ${twoDigits(errors.baselineDelta)} for the bounds of the baselines); signals, disk witness, diagnosis and onsets are counted or measured, without such a bound`;
}
