// What signals claimed, against what they were predicted to claim.
import type { Claim, Prediction } from "../model/plan.ts";
import { fewestReadings } from "../model/readings.ts";
import type { ClaimRow } from "../model/record.ts";
import { wasWell } from "./claims-before.ts";
import type { Facts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { type Span, length } from "./spans.ts";

/** A signal is read a few times a second at most, so one odd reading in ten is forgiven, and one in ten may be missed. */
const shareNeeded = 0.9;
/** Those that were asked in time and not answered in time are no claims; where they are the most, the few that are nobody can take for the whole. Real runs with answers of up to 7 s had 56 to 100 % answered. */
const answeredNeeded = 0.5;

/** Asked and answered within the span: a slow answer that came after the undo says nothing about the fault. */
export const countClaims = (facts: Facts, instance: string, span: Span): Record<Claim, number> =>
  tally((facts.claims.get(instance) ?? []).filter(([at, tookMs]) => at >= span.from && at + tookMs <= span.to));

const countAsked = (facts: Facts, instance: string, span: Span): Record<Claim, number> =>
  tally((facts.claims.get(instance) ?? []).filter(([at]) => at >= span.from && at < span.to));

function tally(rows: readonly ClaimRow[]): Record<Claim, number> {
  const counted = { healthy: 0, unhealthy: 0, silent: 0 };
  for (const [, , claim] of rows) counted[claim] += 1;
  return counted;
}

const total = (claims: Record<Claim, number>): number => claims.healthy + claims.unhealthy + claims.silent;

const spell = (claims: Record<Claim, number>): string =>
  (["healthy", "unhealthy", "silent"] as const)
    .filter((claim) => claims[claim] > 0)
    .map((claim) => `${claims[claim]} ${claim}`)
    .join(", ") || "no reading";

export function judgeClaims(facts: Facts, predicted: Extract<Prediction, { kind: "claims" }>): readonly Finding[] {
  const during = facts.spans[predicted.during];
  const from = during.from + (predicted.withinMs ?? 0);
  return predicted.instances.map((instance) => {
    const signal = facts.plan.signals.find((one) => one.instance === instance);
    // Silence is known at the deadline only, so it is looked for where that lies in the phase; quick answers have no head start then.
    const isSilence = predicted.claims === "silent";
    const span = { from, to: isSilence ? Math.max(from, during.to - (signal?.deadlineMs ?? 0)) : during.to };
    const claims = (isSilence ? countAsked : countClaims)(facts, instance, span);
    const readings = total(claims);
    const most = (["healthy", "unhealthy", "silent"] as const).toSorted((one, other) => claims[other] - claims[one])[0] ?? "silent";
    const evidence = spell(claims);
    const due = Math.floor(length(span) / (signal?.everyMs ?? length(span)));
    const asked = total(countAsked(facts, instance, span));
    if (readings < fewestReadings || asked < shareNeeded * due || readings < answeredNeeded * asked)
      return {
        instance,
        outcome: "inconclusive",
        observed: `${instance} undecided: ${readings} readings, ${asked} of ${due} were asked for`,
        evidence,
      };
    const asPredicted = claims[predicted.claims] >= shareNeeded * readings;
    // Who was ill or silent all along has noticed nothing.
    if (asPredicted && predicted.claims !== "healthy" && !wasWell(facts, instance))
      return { instance, outcome: "inconclusive", observed: `${instance} undecided: it was not well before the fault either`, evidence };
    if (asPredicted) return { instance, outcome: "confirmed", observed: `${instance} claims ${predicted.claims}`, evidence };
    const seen = most === predicted.claims ? `claims ${most} only in ${claims[most]} of ${readings} readings` : `claims ${most}`;
    return { instance, outcome: "refuted", observed: `${instance} ${seen}, predicted ${predicted.claims}`, evidence };
  });
}
