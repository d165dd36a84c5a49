// Collects what the loops took, strikes out what the prober's own lag touched, and hands it on as records of many rows.
import type { ClaimRow, JournalRecord, Sample } from "../../model/record.ts";
import { lagLimitMs } from "./open-loop.ts";
import type { Taken } from "./open-loop.ts";
import type { Twin } from "./twin.ts";

export interface Recorder {
  /** A place for the samples of one probe instance. */
  samples(instance: string, deadlineMs: number): (taken: Taken) => void;
  /** The same for a signal. */
  claims(instance: string, deadlineMs: number): (taken: Taken) => void;
  flush(at: number, twin: Pick<Twin, "worst" | "takeRows">): void;
}

interface Buffer<Row> {
  readonly instance: string;
  readonly deadlineMs: number;
  taken: Taken[];
  row(taken: Taken): Row | undefined;
}

const hundredth = (ms: number): number => Math.round(ms * 100) / 100;

export function createRecorder(vantage: string, emit: (record: JournalRecord) => void): Recorder {
  const probes: Buffer<Sample>[] = [];
  const signals: Buffer<ClaimRow>[] = [];
  return {
    samples: (instance, deadlineMs) => place(probes, { instance, deadlineMs, taken: [], row: sampleRow }),
    claims: (instance, deadlineMs) => place(signals, { instance, deadlineMs, taken: [], row: claimRow }),
    flush: (at, twin) => {
      for (const { instance, rows } of drain(probes, twin)) emit({ type: "samples", at: hundredth(at), instance, rows });
      for (const { instance, rows } of drain(signals, twin)) emit({ type: "claims", at: hundredth(at), instance, rows });
      const rows = twin
        .takeRows()
        .map(([rowAt, loop, echo]): [number, number, number] => [hundredth(rowAt), hundredth(loop), hundredth(echo)]);
      if (rows.length > 0) emit({ type: "twin", at: hundredth(at), vantage, rows });
    },
  };
}

function place<Row>(buffers: Buffer<Row>[], buffer: Buffer<Row>): (taken: Taken) => void {
  buffers.push(buffer);
  return (taken) => buffer.taken.push(taken);
}

/** Rows of one batch are in the order of their schedule; a slow sample comes in a later batch rather than hold up the others. */
function* drain<Row>(
  buffers: readonly Buffer<Row>[],
  twin: Pick<Twin, "worst">,
): Generator<{ readonly instance: string; readonly rows: Row[] }> {
  for (const buffer of buffers) {
    const taken = buffer.taken.toSorted((one, other) => one.scheduledAt - other.scheduledAt);
    buffer.taken = [];
    const rows = taken.map((each) => buffer.row(strike(each, buffer.deadlineMs, twin))).filter((row) => row !== undefined);
    if (rows.length > 0) yield { instance: buffer.instance, rows };
  }
}

function strike(taken: Taken, deadlineMs: number, twin: Pick<Twin, "worst">): Taken {
  if (taken.outcome === "missed") return taken;
  const lagMs = twin.worst(taken.startedAt, taken.endedAt);
  return lagMs > lagLimitMs(deadlineMs) ? { ...taken, tookMs: 0, outcome: "missed", detail: "prober lagged" } : taken;
}

function sampleRow({ scheduledAt, tookMs, outcome, detail }: Taken): Sample {
  return detail === undefined
    ? [hundredth(scheduledAt), hundredth(tookMs), outcome]
    : [hundredth(scheduledAt), hundredth(tookMs), outcome, detail];
}

/** Healthy as asked for, unhealthy in any other answer, silent without one. What the prober itself missed is no claim. */
function claimRow({ scheduledAt, tookMs, outcome, detail }: Taken): ClaimRow | undefined {
  if (outcome === "missed") return undefined;
  const claim = outcome === "ok" ? "healthy" : outcome === "wrong" ? "unhealthy" : "silent";
  return detail === undefined
    ? [hundredth(scheduledAt), hundredth(tookMs), claim]
    : [hundredth(scheduledAt), hundredth(tookMs), claim, detail];
}
