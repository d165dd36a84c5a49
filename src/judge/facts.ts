// The journal, indexed once: what each instance saw and claimed, when the fault really was, and what the witnesses measured. Predictions and assumptions read from here.
import type { Plan } from "../model/plan.ts";
import type { ClaimRow, JournalRecord, Sample } from "../model/record.ts";
import type { WitnessFinding } from "../model/verdict.ts";
import { baselineOf } from "./baseline.ts";
import type { Series } from "./blocks.ts";
import { type Spans, spansOf } from "./spans.ts";
import { type Observed, type Trace, tracesOf } from "./symptoms.ts";
import { witnessStates } from "./witness.ts";
import type { WitnessState } from "./witness-rows.ts";

export interface Facts {
  readonly plan: Plan;
  readonly records: readonly JournalRecord[];
  readonly alpha: number;
  readonly spans: Spans;
  /** In the order of the plan. */
  readonly observed: ReadonlyMap<string, Observed>;
  /** Symptoms over fault, undo and recovery. */
  readonly traces: ReadonlyMap<string, readonly Trace[]>;
  readonly claims: ReadonlyMap<string, readonly ClaimRow[]>;
  readonly witnesses: readonly (WitnessFinding & WitnessState)[];
}

function collect<Row extends readonly [number, ...unknown[]]>(
  batches: readonly { readonly instance: string; readonly rows: readonly Row[] }[],
): ReadonlyMap<string, readonly Row[]> {
  const byInstance = new Map<string, Row[]>();
  for (const { instance, rows } of batches) {
    const all = byInstance.get(instance) ?? [];
    if (all.length === 0) byInstance.set(instance, all);
    for (const row of rows) all.push(row);
  }
  for (const rows of byInstance.values()) rows.sort((one, other) => one[0] - other[0]);
  return byInstance;
}

export function factsOf(plan: Plan, records: readonly JournalRecord[]): Facts {
  const spans = spansOf(plan, records);
  const samples = collect<Sample>(records.filter((record) => record.type === "samples"));
  const observed = new Map<string, Observed>();
  const traces = new Map<string, readonly Trace[]>();
  for (const probe of plan.probes) {
    const rows = samples.get(probe.instance) ?? [];
    const series: Series = {
      everyMs: probe.everyMs,
      deadlineMs: probe.deadlineMs,
      taken: rows.filter(([, , outcome]) => outcome !== "missed"),
      missed: rows.filter(([, , outcome]) => outcome === "missed"),
    };
    const one = { probe, series, baseline: baselineOf(probe, series, spans.baseline, spans.fault.from, plan.alpha) };
    observed.set(probe.instance, one);
    traces.set(probe.instance, tracesOf(one, spans.judged, plan.alpha));
  }
  const claims = collect<ClaimRow>(records.filter((record) => record.type === "claims"));
  return { plan, records, alpha: plan.alpha, spans, observed, traces, claims, witnesses: witnessStates(plan, records, spans) };
}

/** Instances that a verdict hangs on: those that predictions name, all of them where a diagnosis is predicted (or nothing is). */
export function neededInstances(plan: Plan): readonly string[] {
  const all = plan.probes.map(({ instance }) => instance);
  if (plan.predictions.length === 0 || plan.predictions.some(({ kind }) => kind === "diagnosis")) return all;
  const named = new Set(
    plan.predictions.flatMap((prediction) => {
      if (prediction.kind === "diagnosis" || prediction.kind === "thresholds") return [];
      return prediction.kind === "only"
        ? plan.probes.filter(({ plane }) => plane === prediction.plane).map(({ instance }) => instance)
        : prediction.instances;
    }),
  );
  return all.filter((instance) => named.has(instance));
}
