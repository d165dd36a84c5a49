// The journal in, the verdict out. Pure, so that an old journal can be judged again: same journal, same verdict.
import { messageOf } from "../model/error.ts";
import type { Plan } from "../model/plan.ts";
import type { JournalRecord } from "../model/record.ts";
import type { Errors, Outcome, PredictionVerdict, Verdict } from "../model/verdict.ts";
import { isExpected } from "./as-expected.ts";
import { assumptionsOf, type Checked, firstBroken } from "./assumptions.ts";
import { deltaOf } from "../statistics/change-detector.ts";
import { boundsPerBaseline } from "./baseline.ts";
import { diagnose } from "./diagnosis.ts";
import { evidenceOf } from "./evidence.ts";
import { type Facts, factsOf, neededInstances } from "./facts.ts";
import { leaksOf } from "./leaks.ts";
import { mergeVerdict } from "./merge.ts";
import { planeRows } from "./plane-rows.ts";
import { judgeLines } from "./predictions.ts";
import { signalFindings } from "./signal-findings.ts";
import { probeFindings } from "./probe-findings.ts";

export function judge(records: readonly JournalRecord[]): Verdict {
  const plan = planOf(records);
  try {
    if (!plan) throw new Error("the journal does not begin with its plan");
    return verdictOf(factsOf(plan, records));
  } catch (error) {
    return crashed(plan, records, error);
  }
}

export function planOf(records: readonly JournalRecord[]): Plan | undefined {
  const first = records[0];
  return first?.type === "run" ? first.plan : undefined;
}

function verdictOf(facts: Facts): Verdict {
  const { plan } = facts;
  const diagnosis = diagnose(facts);
  // Thresholds, of which each gets a line, come last in a plan: all others keep their places.
  const predictions = plan.predictions.flatMap((prediction) => judgeLines(facts, prediction, diagnosis));
  const assumptions = assumptionsOf(
    facts,
    predictions.some(({ outcome }) => outcome === "refuted"),
  );
  const findings = probeFindings(facts);
  const outcome = mergeVerdict(
    assumptions.every(({ held }) => held),
    predictions.map((one) => one.outcome),
  );
  const leaks = leaksOf(facts);
  return {
    outcome,
    reason: reasonOf(outcome, assumptions, predictions),
    expected: plan.expect,
    asExpected: leaks.length === 0 && isExpected(plan.expect, outcome, assumptions, predictions),
    leaks,
    assumptions: assumptions.map(({ name, held, detail }) => ({ name, held, detail })),
    predictions,
    planes: planeRows(facts, predictions, findings),
    probes: findings,
    signals: signalFindings(facts),
    witnesses: facts.witnesses.map(({ witness, sentence, acted, gone }) => ({ witness, sentence, acted, gone })),
    diagnosis,
    evidence: evidenceOf(facts),
    errors: errorsOf(plan, facts.alpha),
  };
}

function errorsOf(plan: Plan, alpha: number): Errors {
  const baselineDelta = neededInstances(plan).length * boundsPerBaseline * deltaOf(alpha);
  // A line about symptoms may be refuted by another symptom or by the absence of its own.
  const tests = plan.predictions.map((one) =>
    one.kind === "claims" || one.kind === "thresholds" || one.kind === "diagnosis"
      ? 0
      : one.kind === "symptom" && one.symptom !== "none"
        ? 2 * one.instances.length
        : 1,
  );
  const refuting = tests.reduce((sum, count) => sum + count, 0);
  return {
    alpha,
    baselineDelta,
    falselyConfirmed: Math.min(1, alpha + baselineDelta),
    falselyRefuted: Math.min(1, refuting * alpha + baselineDelta),
  };
}

function reasonOf(outcome: Outcome, assumptions: readonly Checked[], predictions: readonly PredictionVerdict[]): string {
  const broken = firstBroken(assumptions);
  if (broken !== undefined) return broken;
  if (predictions.length === 0) return "nothing was predicted";
  if (outcome === "confirmed") return `all ${predictions.length} predictions were confirmed`;
  return predictions.find((prediction) => prediction.outcome === outcome)?.observed ?? "no reason";
}

/** A judge that fails has not seen a success. What may still be broken is said even then. */
function crashed(plan: Plan | undefined, records: readonly JournalRecord[], error: unknown): Verdict {
  const detail = messageOf(error);
  const expected = plan?.expect ?? { verdict: "confirmed", because: undefined };
  const fired = new Set(records.flatMap((record) => (record.type === "fired" && record.answer !== "refused" ? [record.change] : [])));
  return {
    outcome: "inconclusive",
    reason: `judge-crashed: ${detail}`,
    expected,
    asExpected: false,
    leaks: [...fired].map((change) => `${change} was fired and the judge crashed before its undo was proved`),
    assumptions: [{ name: "judge-crashed", held: false, detail }],
    predictions: [],
    planes: [],
    probes: [],
    signals: [],
    witnesses: [],
    diagnosis: { roots: [], abstained: detail, rows: [] },
    evidence: [],
    errors: { alpha: plan?.alpha ?? 0, baselineDelta: 0, falselyConfirmed: 0, falselyRefuted: 0 },
  };
}
