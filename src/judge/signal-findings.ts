// Where signals lied: claimed health while a plane was impaired (false green), or claimed to be ill while traffic flowed and changes went through (false red).
import type { Claim } from "../model/plan.ts";
import { type Plane, planes } from "../model/plane.ts";
import type { ClaimRow } from "../model/record.ts";
import type { SignalFinding } from "../model/verdict.ts";
import type { Facts } from "./facts.ts";
import { countClaims } from "./predict-claims.ts";
import { type Span, length, mergeSpans, overlaps } from "./spans.ts";

interface Standing extends Span {
  readonly claim: Claim;
  /** When it was asked: what it claims is about the time since then. */
  readonly askedAt: number;
}

/** A reading stands from its answer, since nothing was claimed before it, until the next answer, but for two periods at most. */
export function standing(rows: readonly ClaimRow[], everyMs: number): readonly Standing[] {
  const answers = rows.map(([at, tookMs, claim]) => ({ askedAt: at, at: at + tookMs, claim })).toSorted((one, other) => one.at - other.at);
  return answers.map(({ askedAt, at, claim }, index) => ({
    claim,
    askedAt,
    from: at,
    to: Math.min(answers[index + 1]?.at ?? at + everyMs, at + 2 * everyMs),
  }));
}

/** The spans in which any instance of these planes showed a called symptom, merged. */
const impairedSpans = (facts: Facts, those: readonly Plane[]): readonly Span[] =>
  mergeSpans(
    facts.plan.probes
      .filter(({ plane }) => those.includes(plane))
      .flatMap(({ instance }) => (facts.traces.get(instance) ?? []).flatMap(({ called }) => called?.stretches ?? [])),
  );

const totalMs = (spans: readonly Span[]): number => spans.reduce((sum, span) => sum + length(span), 0);
const overlapMs = (some: readonly Span[], others: readonly Span[]): number => totalMs(overlaps(some, others));

export function signalFindings(facts: Facts): readonly SignalFinding[] {
  const anywhere = impairedSpans(facts, planes);
  const perPlane = planes.map((plane) => ({ plane, spans: impairedSpans(facts, [plane]) }));
  return facts.plan.signals.map(({ instance, everyMs }) => {
    const stands = standing(facts.claims.get(instance) ?? [], everyMs);
    const green = stands.filter(({ claim }) => claim === "healthy");
    const falseGreenMs = Math.round(overlapMs(green, anywhere));
    const worst = perPlane
      .map(({ plane, spans }) => ({ plane, ms: overlapMs(green, spans) }))
      .reduce((most, one) => (one.ms > most.ms ? one : most));
    return {
      instance,
      claims: countClaims(facts, instance, facts.spans.fault),
      falseGreenMs,
      lieAbout: falseGreenMs > 0 ? worst.plane : undefined,
      ...falseRed(facts, stands, 2 * everyMs),
    };
  });
}

/**
 * Who cannot see is not entitled to say that something is ill, so trouble of the management plane excuses nobody; it is said beside. Silence claims nothing. What was asked while users or
 * changes were hit was true when it was asked, and two periods are how late a signal may be by its nature.
 */
function falseRed(facts: Facts, stands: readonly Standing[], forgivenMs: number): Pick<SignalFinding, "falseRedMs" | "redBeside"> {
  const excused = impairedSpans(facts, ["data", "control"]);
  const red = stands.filter(({ claim, askedAt, to }) => claim === "unhealthy" && overlapMs([{ from: askedAt, to }], excused) === 0);
  const falseReds = overlaps(red, [facts.spans.judged]);
  const falseRedMs = Math.round(totalMs(falseReds));
  if (falseRedMs <= forgivenMs) return { falseRedMs: 0, redBeside: undefined };
  const isBeside = overlapMs(falseReds, impairedSpans(facts, ["management"])) > 0;
  return { falseRedMs, redBeside: isBeside ? "management" : undefined };
}
