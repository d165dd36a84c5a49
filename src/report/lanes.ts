// From the journal to what a lane shows: samples put into a few hundred columns of time, claims into bands. No drawing here.
import { standing } from "../judge/signal-findings.ts";
import { type Span, mergeSpans } from "../judge/spans.ts";
import type { ClaimRow, JournalRecord, Sample } from "../model/record.ts";
import type { Verdict } from "../model/verdict.ts";

/** One column of time of one instance. */
export interface Column {
  readonly at: number;
  /** Of the samples that were answered; undefined where none was. */
  readonly medianMs: number | undefined;
  readonly slowestMs: number | undefined;
  readonly bad: boolean;
  readonly missed: boolean;
}

export interface Band extends Span {
  readonly claim: ClaimRow[2];
}

export function columnsOf(records: readonly JournalRecord[], instance: string, range: Span, count: number): readonly Column[] {
  const widthMs = (range.to - range.from) / count;
  const bins: Sample[][] = Array.from({ length: count }, () => []);
  for (const record of records) {
    if (record.type !== "samples" || record.instance !== instance) continue;
    for (const row of record.rows) bins[Math.floor((row[0] - range.from) / widthMs)]?.push(row);
  }
  return bins.flatMap((rows, index) => {
    if (rows.length === 0) return [];
    const times = rows
      .flatMap(([, tookMs, outcome]) => (outcome === "ok" || outcome === "wrong" ? [tookMs] : []))
      .toSorted((one, other) => one - other);
    const outcomes = new Set(rows.map(([, , outcome]) => outcome));
    return [
      {
        at: range.from + index * widthMs,
        medianMs: times[Math.floor((times.length - 1) / 2)],
        slowestMs: times.at(-1),
        bad: outcomes.has("failed") || outcomes.has("late") || outcomes.has("wrong"),
        missed: outcomes.has("missed"),
      },
    ];
  });
}

/** Neighbouring readings with the same claim are one band; each stands as the judge counts it. */
export function bandsOf(records: readonly JournalRecord[], instance: string, everyMs: number, range: Span): readonly Band[] {
  const rows = records.flatMap((record) => (record.type === "claims" && record.instance === instance ? record.rows : []));
  const bands: Band[] = [];
  for (const { claim, from, to: until } of standing(rows, everyMs)) {
    const to = Math.min(range.to, until);
    const last = bands.at(-1);
    if (last && last.claim === claim && last.to >= from) bands.splice(-1, 1, { ...last, to });
    else if (from >= range.from && from < range.to) bands.push({ claim, from, to });
  }
  return bands;
}

/** Where a symptom was called on any instance, merged. */
export function impairedSpans(verdict: Verdict): readonly Span[] {
  return mergeSpans(
    verdict.probes.flatMap(({ symptoms }) => symptoms.flatMap(({ windowsMs }) => windowsMs.map(([from, to]) => ({ from, to })))),
  );
}
