// What a component's own signals give away. A claim of health proves nothing; but who admits to be ill, says nothing or needs much longer for an answer than before is ill, or out of reach.
import type { ClaimRow } from "../model/record.ts";
import { ascending, quantile } from "../statistics/quantile-bound.ts";
import { claimsBefore, wasWell } from "./claims-before.ts";
import type { Facts } from "./facts.ts";
import type { Span } from "./spans.ts";
import { wayName } from "./suspects.ts";

/** Thrice what nine in ten took before, and at least so much: single readings take long on any machine. */
const slowFactor = 3;
const slowFloorMs = 100;

interface Readings {
  readonly instance: string;
  readonly way: string;
  readonly rows: readonly ClaimRow[];
  readonly slowBoundMs: number;
}

function readingsOf(facts: Facts, members: readonly string[], span: Span): readonly Readings[] {
  return (
    facts.plan.signals
      // What another one says about it, asked `via`, is not its own claim.
      .filter(({ component, request }) => members.includes(component) && request.endpoint.component === component)
      // What ailed it before the fault is no sign of the fault.
      .filter(({ instance }) => wasWell(facts, instance))
      .map(({ instance, vantage, request }) => {
        const rows = facts.claims.get(instance) ?? [];
        const before = ascending(claimsBefore(facts, instance).map(([, tookMs]) => tookMs));
        return {
          instance,
          way: wayName(vantage, request.endpoint.network),
          rows: rows.filter(([at]) => at >= span.from && at < span.to),
          slowBoundMs: Math.max(slowFloorMs, slowFactor * (quantile(before, 0.9) ?? 0)),
        };
      })
  );
}

export interface Listening {
  readonly members: readonly string[];
  readonly span: Span;
  /** What comes over these ways is left out: "admin over mgmt". */
  readonly blocked: readonly string[];
  /** Whether a claim to be unhealthy counts. */
  readonly admits: boolean;
}

/** "etcd-health@etcd-1 is unhealthy, silent or slow in 20 of 26 readings": only where more than half of them are. */
export function signsOf(facts: Facts, { members, span, blocked, admits }: Listening): readonly string[] {
  return readingsOf(facts, members, span).flatMap(({ instance, way, rows, slowBoundMs }) => {
    if (blocked.includes(way)) return [];
    const isSign = ([, tookMs, claim]: ClaimRow): boolean =>
      claim === "silent" || (admits && claim === "unhealthy") || tookMs > slowBoundMs;
    const signs = rows.filter(isSign);
    return 2 * signs.length > rows.length ? [`${instance} is unhealthy, silent or slow in ${signs.length} of ${rows.length} readings`] : [];
  });
}
