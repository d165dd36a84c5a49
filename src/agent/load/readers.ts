// What becomes of k6's points: samples of probe instances for a load at a rate; counters beside the probes for a script, of which nobody knows how many samples it owes.
import type { ProbeInstance } from "../../model/probe.ts";
import type { JournalRecord } from "../../model/record.ts";
import type { Taken } from "../probe/open-loop.ts";
import type { Point } from "./k6-points.ts";
import { sampleMetric, scenarioOf } from "./rate-script.ts";

export interface Reader {
  /** Metrics that it wants to see. */
  readonly metrics: ReadonlySet<string>;
  read(point: Point): void;
  /** Called now and then; `at` is on the run's clock. */
  flush(at: number): void;
}

const droppedMetric = "dropped_iterations";
const iterationsMetric = "iterations";

export class Tally {
  iterations = 0;
  dropped = 0;
  /** The end of the newest iteration. */
  newestAt = 0;

  count({ metric, value, at }: Point): void {
    if (metric === iterationsMetric) {
      this.iterations += value;
      this.newestAt = Math.max(this.newestAt, at);
    } else if (metric === droppedMetric) this.dropped += value;
  }
}

type Take = (taken: Taken) => void;

/** `place` gives each instance's place in the recorder. */
export function rateReader(probes: readonly ProbeInstance[], place: (probe: ProbeInstance) => Take): Reader {
  const takes = new Map(probes.map((probe, index) => [scenarioOf(index), place(probe)] as const));
  return {
    metrics: new Set([sampleMetric, droppedMetric, iterationsMetric]),
    read: ({ metric, at, value, tags }) => {
      const take = takes.get(tags["scenario"] ?? "");
      if (!take || metric === iterationsMetric) return;
      if (metric === droppedMetric) {
        // No virtual user was free: k6 did not ask, which says nothing about who was to answer.
        for (let missed = 0; missed < value; missed += 1)
          take({ scheduledAt: at, startedAt: at, endedAt: at, tookMs: 0, outcome: "missed", detail: "dropped by k6" });
        return;
      }
      // An iteration starts when it is due or is dropped.
      const startedAt = at - value;
      take({ scheduledAt: startedAt, startedAt, endedAt: at, tookMs: value, outcome: outcomeOf(tags["outcome"]), detail: tags["detail"] });
    },
    flush: () => undefined,
  };
}

/** Our own script gives one of these. */
const outcomeOf = (word: string | undefined): Taken["outcome"] => (word === "ok" || word === "wrong" || word === "late" ? word : "failed");

const evidenceEveryMs = 1_000;

/** Cumulative counts, as of a kernel, and the mean of the last second. */
export function scriptReader(name: string, tally: Tally, emit: (record: JournalRecord) => void): Reader {
  const total = { requests: 0, failedRequests: 0 };
  let recent = { requests: 0, sumMs: 0 };
  let saidAt = -Infinity;
  return {
    metrics: new Set(["http_req_duration", droppedMetric, iterationsMetric]),
    read: ({ metric, value, tags }) => {
      if (metric !== "http_req_duration") return;
      total.requests += 1;
      if (tags["expected_response"] !== "true") total.failedRequests += 1;
      recent = { requests: recent.requests + 1, sumMs: recent.sumMs + value };
    },
    flush: (at) => {
      if (at - saidAt < evidenceEveryMs) return;
      saidAt = at;
      const mean = recent.requests === 0 ? {} : { requestMs: recent.sumMs / recent.requests };
      emit({ type: "evidence", at, component: name, values: { ...total, droppedIterations: tally.dropped, ...mean } });
      recent = { requests: 0, sumMs: 0 };
    },
  };
}
