// When each part of the run really was: from phase records and from what the agents answered at fire and undo, not from what was planned.
import type { Plan } from "../model/plan.ts";
import type { JournalRecord, Phase } from "../model/record.ts";

/** From (included) to (excluded), milliseconds since the start of the run. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

interface ActedSpan {
  /** From here on it may act, though the answer that it does came only at `from`. */
  readonly shot: number;
  readonly from: number;
  /** Undefined: never undone. */
  readonly to: number | undefined;
}

export interface Spans {
  readonly baseline: Span;
  readonly fault: Span;
  /** From the moment the last change was undone. */
  readonly recovery: Span;
  /** Fault, undo and recovery: over this whole span `unaffected` must hold. */
  readonly judged: Span;
  /** Per change that was fired (or may have been). */
  readonly acted: ReadonlyMap<string, ActedSpan>;
}

export const length = (span: Span): number => Math.max(0, span.to - span.from);

/** What any of them covers, as spans that do not touch. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) merged.splice(-1, 1, { from: last.from, to: Math.max(last.to, span.to) });
    else merged.push(span);
  }
  return merged;
}

/** What one of `some` and one of `others` both cover. */
export const overlaps = (some: readonly Span[], others: readonly Span[]): readonly Span[] =>
  some.flatMap((one) =>
    others.map((other) => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) })).filter(({ from, to }) => to > from),
  );

interface PhaseTimes {
  begin(phase: Phase): number | undefined;
  end(phase: Phase): number | undefined;
}

function phaseTimes(records: readonly JournalRecord[]): PhaseTimes {
  const find = (phase: Phase, edge: "begin" | "end") =>
    records.findLast((record) => record.type === "phase" && record.phase === phase && record.edge === edge)?.at;
  return { begin: (phase) => find(phase, "begin"), end: (phase) => find(phase, "end") };
}

/** Whether the run came to its fault at all: without one, what was seen afterwards is no calm under a fault. */
export const isFaultReached = (records: readonly JournalRecord[]): boolean =>
  records.some((record) => record.type === "fired" || (record.type === "phase" && record.phase === "hold"));

function actedSpans(records: readonly JournalRecord[]): ReadonlyMap<string, ActedSpan> {
  const acted = new Map<string, ActedSpan>();
  const seen = new Set<string>();
  for (const record of records) {
    if (record.type === "fired" && record.answer !== "refused")
      acted.set(record.change, { shot: record.scheduledAt, from: record.doneAt ?? record.scheduledAt, to: undefined });
    if (record.type !== "undone" || record.answer === "refused" || seen.has(record.change)) continue;
    const span = acted.get(record.change);
    // After a lost answer the next one counts: until then it may have acted.
    if (span) acted.set(record.change, { ...span, to: record.doneAt ?? record.at });
    if (record.answer === "done") seen.add(record.change);
  }
  return acted;
}

/** The fault phase begins where the first change would have been at 0 ms, counted from its shot: what takes its time to end or to be traced hurts before the answer. Without changes it begins where the hold begins. */
function faultStart(plan: Plan, records: readonly JournalRecord[], times: PhaseTimes): number | undefined {
  const starts = records.flatMap((record) => {
    if (record.type !== "fired") return [];
    const change = plan.changes.find(({ id }) => id === record.change);
    return change ? [record.scheduledAt - change.startMs] : [];
  });
  return starts.length > 0 ? Math.min(...starts) : (times.begin("hold") ?? times.begin("fire"));
}

export function spansOf(plan: Plan, records: readonly JournalRecord[]): Spans {
  const times = phaseTimes(records);
  const acted = actedSpans(records);
  const last = records.findLast((record) => record.type !== "digest" && record.type !== "end")?.at ?? 0;
  const start = faultStart(plan, records, times) ?? times.end("baseline") ?? last;
  const undo = Math.max(start, times.begin("undo") ?? times.end("hold") ?? last);
  const undone = Math.max(
    undo,
    ...[...acted.values()].flatMap(({ to }) => (to === undefined ? [] : [to])),
    acted.size === 0 ? (times.end("undo") ?? undo) : undo,
  );
  const stopped = Math.max(undone, times.end("recover") ?? times.begin("audit") ?? last);
  const baselineFrom = times.begin("baseline") ?? start;
  return {
    baseline: { from: baselineFrom, to: Math.max(baselineFrom, Math.min(times.end("baseline") ?? start, start)) },
    fault: { from: start, to: undo },
    recovery: { from: undone, to: stopped },
    judged: { from: start, to: stopped },
    acted,
  };
}
