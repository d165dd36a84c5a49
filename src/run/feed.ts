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

  /** Samples scheduled in [fromMs, toMs), as they arrived; those that the prober missed are left out. */
  taken(instance: string, fromMs: number, toMs: number): readonly Sample[] {
    return (this.#rows.get(instance) ?? []).filter(([at, , outcome]) => at >= fromMs && at < toMs && outcome !== "missed");
  }

  #keep(instance: string, rows: readonly Sample[]): void {
    const kept = this.#rows.get(instance) ?? [];
    for (const row of rows) kept.push(row);
    if (kept.length > 2 * rowsKept) kept.splice(0, kept.length - rowsKept);
    this.#rows.set(instance, kept);
  }
}

/** Whether an answer was slow is the judge's to say: here counts only that there was a right one in time. */
export const isUnanswered = ([, , outcome]: Sample): boolean => outcome === "failed" || outcome === "late" || outcome === "wrong";

export const medianMs = (rows: readonly Sample[]): number | undefined => median(ascending(rows.map(([, tookMs]) => tookMs)));
