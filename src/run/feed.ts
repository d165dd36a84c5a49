// Everything that is seen goes through here: into the journal, into a window of recent samples for the run's own decisions, and onto the lanes.
import { PlanefaultError } from "../model/error.ts";
import type { Plan } from "../model/plan.ts";
import type { ProbeInstance } from "../model/probe.ts";
import type { JournalRecord, Sample } from "../model/record.ts";
import { ascending, median } from "../statistics/quantile-bound.ts";
import { Lanes } from "./lanes.ts";
import type { RunLog } from "./run-log.ts";

/** Kept per instance. The fastest probe takes 1000 samples per second; decisions look back a minute at most there. */
const rowsKept = 60_000;

export class Feed {
  readonly probes: readonly ProbeInstance[];
  readonly #log: RunLog;
  readonly #lanes: Lanes;
  readonly #rows = new Map<string, Sample[]>();

  constructor(plan: Plan, log: RunLog) {
    this.probes = plan.probes;
    this.#log = log;
    this.#lanes = new Lanes(plan.probes, log);
  }

  readonly accept = (record: JournalRecord): void => {
    this.#log.record(record);
    if (record.type === "samples") this.#keep(record.instance, record.rows);
    if (record.type === "error") this.#log.broke(new PlanefaultError("agent", `observation broke: ${record.message}`));
    this.#lanes.add(record);
  };

  /** Samples scheduled in [fromMs, toMs), by the instant for which they were; those that the prober missed are left out. */
  taken(instance: string, fromMs: number, toMs: number): readonly Sample[] {
    const rows = this.#rows.get(instance) ?? [];
    return rows.slice(firstFrom(rows, fromMs), firstFrom(rows, toMs)).filter(([, , outcome]) => outcome !== "missed");
  }

  /** They arrive when they end, so nearly in order. */
  #keep(instance: string, rows: readonly Sample[]): void {
    const kept = this.#rows.get(instance) ?? [];
    for (const row of rows) {
      const last = kept.at(-1);
      if (last === undefined || last[0] <= row[0]) kept.push(row);
      else kept.splice(firstFrom(kept, row[0]), 0, row);
    }
    if (kept.length > 2 * rowsKept) kept.splice(0, kept.length - rowsKept);
    this.#rows.set(instance, kept);
  }
}

/** Place of the first row that is scheduled at `fromMs` or later. */
function firstFrom(rows: readonly Sample[], fromMs: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.[0] ?? Number.POSITIVE_INFINITY) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether an answer was slow is the judge's to say: here counts only that there was a right one in time. */
export const isUnanswered = ([, , outcome]: Sample): boolean => outcome === "failed" || outcome === "late" || outcome === "wrong";

export const medianMs = (rows: readonly Sample[]): number | undefined => median(ascending(rows.map(([, tookMs]) => tookMs)));
