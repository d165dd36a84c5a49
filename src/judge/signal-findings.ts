// Where signals lied: claimed health while users or changes were hit for whom they answer (false green), or claimed to be ill while traffic flowed and changes went through (false red).
// A signal is about what the system does, so trouble of the management plane alone makes no claim of health a lie, and none of illness the truth, but for what the target says it is about as well.
import type { Claim } from "../model/plan.ts";
import { type Plane, planes } from "../model/plane.ts";
import type { ProbeInstance } from "../model/probe.ts";
import type { ClaimRow } from "../model/record.ts";
import type { SignalFinding } from "../model/verdict.ts";
import { answersFor, speaksOf } from "./answers-for.ts";
import { wasWell } from "./claims-before.ts";
import type { Facts } from "./facts.ts";
import { discoveredInstances } from "./impaired.ts";
import { pathOf } from "./paths.ts";
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

/** The spans in which one of those that `counts` admits showed a called symptom, merged. */
const impairedSpans = (facts: Facts, counts: (probe: ProbeInstance) => boolean): readonly Span[] =>
  mergeSpans(
    facts.plan.probes
      .filter(counts)
      .flatMap(({ instance }) => (facts.traces.get(instance) ?? []).flatMap(({ called }) => called?.stretches ?? [])),
  );

const totalMs = (spans: readonly Span[]): number => spans.reduce((sum, span) => sum + length(span), 0);
const overlapMs = (some: readonly Span[], others: readonly Span[]): number => totalMs(overlaps(some, others));

export function signalFindings(facts: Facts): readonly SignalFinding[] {
  const discovered = discoveredInstances(facts);
  const isImpaired = ({ instance }: ProbeInstance): boolean => discovered.get(instance) === true;
  const known = facts.plan.probes.filter(({ instance }) => discovered.has(instance)).map((probe) => pathOf(facts.plan.stack, probe));
  const management = impairedSpans(facts, (probe) => probe.plane === "management" && isImpaired(probe));
  return facts.plan.signals.map((signal) => {
    const { instance, everyMs } = signal;
    const own = answersFor(facts.plan.stack, signal, known, ({ probe }) => isImpaired(probe)).map(({ probe }) => probe);
    const impaired = planes.map((plane) => ({
      plane,
      spans: impairedSpans(facts, (probe) => probe.plane === plane && own.includes(probe)),
    }));
    const excused = impairedSpans(facts, (probe) => speaksOf(signal, probe));
    const well = wasWell(facts, instance);
    const stands = well ? standing(facts.claims.get(instance) ?? [], everyMs) : [];
    return {
      instance,
      claims: countClaims(facts, instance, facts.spans.fault),
      wasWell: well,
      ...falseGreen(stands, impaired, 2 * everyMs),
      ...falseRed(stands, excused, management, facts.spans.judged, 2 * everyMs),
    };
  });
}

/** Two periods are how late a signal may be by its nature, with either claim. Green lies only beside somebody who is impaired beyond doubt, red only where nobody even seems so. */
function falseGreen(
  stands: readonly Standing[],
  impaired: readonly { readonly plane: Plane; readonly spans: readonly Span[] }[],
  forgivenMs: number,
): Pick<SignalFinding, "falseGreenMs" | "lieAbout"> {
  const green = stands.filter(({ claim }) => claim === "healthy");
  const falseGreenMs = Math.round(overlapMs(green, mergeSpans(impaired.flatMap(({ spans }) => spans))));
  if (falseGreenMs <= forgivenMs) return { falseGreenMs: 0, lieAbout: undefined };
  const { plane } = impaired
    .map((one) => ({ plane: one.plane, ms: overlapMs(green, one.spans) }))
    .reduce((most, one) => (one.ms > most.ms ? one : most));
  return { falseGreenMs, lieAbout: plane };
}

/**
 * Who cannot see is not entitled to say that something is ill, so trouble of the management plane excuses nobody; it is said beside. Silence claims nothing. What was asked while users or
 * changes were hit was true when it was asked.
 */
function falseRed(
  stands: readonly Standing[],
  excused: readonly Span[],
  management: readonly Span[],
  judged: Span,
  forgivenMs: number,
): Pick<SignalFinding, "falseRedMs" | "redBeside"> {
  const red = stands.filter(({ claim, askedAt, to }) => claim === "unhealthy" && overlapMs([{ from: askedAt, to }], excused) === 0);
  const falseReds = overlaps(red, [judged]);
  const falseRedMs = Math.round(totalMs(falseReds));
  if (falseRedMs <= forgivenMs) return { falseRedMs: 0, redBeside: undefined };
  return { falseRedMs, redBeside: overlapMs(falseReds, management) > 0 ? "management" : undefined };
}
