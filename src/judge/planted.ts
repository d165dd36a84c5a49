// What a line that predicts calm would have to notice, planted into what this very run saw: the same probes at the same times, but one of them fails. A line that is confirmed even
// then would be confirmed of any system.
import type { Prediction } from "../model/plan.ts";
import { planes } from "../model/plane.ts";
import type { ClaimRow, JournalRecord, Sample, Threshold } from "../model/record.ts";
import type { Facts } from "./facts.ts";
import { windowOf } from "./predict-symptom.ts";
import { othersOf } from "./predictions.ts";
import type { Span } from "./spans.ts";
import { tracesOf } from "./symptoms.ts";

export interface Planted {
  /** What was planted, for people. */
  readonly change: string;
  /** One after another; the line has to be refuted in each. */
  readonly worlds: readonly Facts[];
}

/** True of what is to be confirmed without the fault as well: only there does the run at strength 0 show nothing. */
export function predictsCalm(prediction: Prediction): boolean {
  switch (prediction.kind) {
    case "unaffected":
    case "only":
    case "recovery":
      return true;
    case "thresholds":
      return prediction.hold;
    case "symptom":
      return prediction.symptom === "none";
    case "claims":
      return prediction.claims === "healthy";
    case "diagnosis":
      return prediction.root === "none";
  }
}

export function plantedIn(facts: Facts, prediction: Prediction): readonly Planted[] {
  if (!predictsCalm(prediction)) return [];
  switch (prediction.kind) {
    case "unaffected":
      return [oneFails(facts, prediction.instances, facts.spans.fault)];
    case "only":
      return [oneFails(facts, othersOf(facts.plan, prediction), facts.spans.fault)];
    case "symptom":
      return [oneFails(facts, prediction.instances, windowOf(facts.spans, prediction))];
    case "claims":
      return [oneClaims(facts, prediction)];
    case "diagnosis":
      return planes.flatMap((plane) => {
        const instances = facts.plan.probes.filter((probe) => probe.plane === plane).map(({ instance }) => instance);
        return instances.length === 0
          ? []
          : [{ change: `the ${plane} plane fails`, worlds: [failing(facts, instances, facts.spans.fault)] }];
      });
    case "thresholds":
      return [{ change: "one value at its worst", worlds: worstValues(facts) }];
    case "recovery":
      return [];
  }
}

const oneFails = (facts: Facts, instances: readonly string[], span: Span): Planted => ({
  change: "one probe fails",
  worlds: instances.map((instance) => failing(facts, [instance], span)),
});

const failed = ([at, tookMs]: Sample): Sample => [at, tookMs, "failed"];

function failing(facts: Facts, instances: readonly string[], { from, to }: Span): Facts {
  const observed = new Map(facts.observed);
  const traces = new Map(facts.traces);
  for (const instance of instances) {
    const seen = observed.get(instance);
    if (!seen) continue;
    const taken = seen.series.taken.map((row) => (row[0] >= from && row[0] < to ? failed(row) : row));
    const planted = { ...seen, series: { ...seen.series, taken } };
    observed.set(instance, planted);
    traces.set(instance, tracesOf(planted, facts.spans.judged, facts.alpha));
  }
  return { ...facts, observed, traces };
}

function oneClaims(facts: Facts, { instances, during, withinMs = 0 }: Extract<Prediction, { kind: "claims" }>): Planted {
  const { from, to } = facts.spans[during];
  const middle = (from + withinMs + to) / 2;
  const worlds = instances.map((instance): Facts => {
    const rows = facts.claims.get(instance) ?? [];
    const planted = rows.map((row): ClaimRow => (row[0] >= middle ? [row[0], row[1], "unhealthy"] : row));
    return { ...facts, claims: new Map(facts.claims).set(instance, planted) };
  });
  return { change: "one signal says unhealthy for half the time", worlds };
}

/** One world for each threshold, with the value that is the furthest from it; as they were where there is no summary. */
function worstValues(facts: Facts): readonly Facts[] {
  const count = facts.records.findLast((record) => record.type === "load")?.thresholds?.length ?? 0;
  return Array.from({ length: count }, (_, place) => {
    const records = facts.records.map((record): JournalRecord => {
      if (record.type !== "load" || !record.thresholds) return record;
      return { ...record, thresholds: record.thresholds.map((one, index) => (index === place ? { ...one, crossed: canCross(one) } : one)) };
    });
    return { ...facts, records };
  });
}

const compare: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
  "==": (value, limit) => value === limit,
  "===": (value, limit) => value === limit,
  "!=": (value, limit) => value !== limit,
};

/** A share lies between 0 and 1, everything else that k6 measures above 0: "rate>=0" holds whatever happens. What cannot be read is left as it was. */
function canCross({ expression, crossed }: Threshold): boolean {
  const [, measured, operator = "", limit] = /^\s*(.+?)\s*([<>]=?|[!=]=+)\s*([\d.]+)\s*$/u.exec(expression) ?? [];
  const holds = compare[operator];
  if (measured === undefined || !holds) return crossed;
  return [0, measured === "rate" ? 1 : Number.POSITIVE_INFINITY].some((value) => !holds(value, Number(limit)));
}
