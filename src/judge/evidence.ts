// Counters beside the probes, before and during the fault. They explain a verdict and never make one.
import type { Verdict } from "../model/verdict.ts";
import type { Facts } from "./facts.ts";
import { type Span, length } from "./spans.ts";

/** What never falls is a counter and is shown as its rise per second; anything else is shown as its mean. */
export function evidenceOf(facts: Facts): Verdict["evidence"] {
  const series = new Map<string, { readonly component: string; readonly name: string; readonly points: [number, number][] }>();
  for (const record of facts.records) {
    if (record.type !== "evidence") continue;
    for (const [name, value] of Object.entries(record.values)) {
      const key = `${record.component}\u0000${name}`;
      const one = series.get(key) ?? { component: record.component, name, points: [] };
      if (one.points.length === 0) series.set(key, one);
      one.points.push([record.at, value]);
    }
  }
  return [...series.entries()]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, { component, name, points }]) => {
      const counter =
        points.every(([, value], index) => index === 0 || value >= (points[index - 1]?.[1] ?? value)) &&
        points.at(-1)?.[1] !== points[0]?.[1];
      const over = (span: Span) => (counter ? rise(points, span) : mean(points, span));
      const [baseline, fault] = [over(facts.spans.baseline), over(facts.spans.fault)];
      return baseline === undefined || fault === undefined
        ? []
        : [{ component, name: counter ? `${name} per second` : name, baseline, fault }];
    });
}

const inside = (points: readonly (readonly [number, number])[], span: Span) => points.filter(([at]) => at >= span.from && at < span.to);
const round = (value: number): number => Number(value.toPrecision(4));

function rise(points: readonly (readonly [number, number])[], span: Span): number | undefined {
  const some = inside(points, span);
  const [first, last] = [some[0], some.at(-1)];
  if (!first || !last || last[0] <= first[0] || length(span) === 0) return undefined;
  return round((1_000 * (last[1] - first[1])) / (last[0] - first[0]));
}

function mean(points: readonly (readonly [number, number])[], span: Span): number | undefined {
  const some = inside(points, span);
  return some.length === 0 ? undefined : round(some.reduce((sum, [, value]) => sum + value, 0) / some.length);
}
