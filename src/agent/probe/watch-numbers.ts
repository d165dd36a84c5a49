// Watches whether the numbers that somebody else writes go on. For a guest at a target whose own planefault writes them: two writers of one number would spoil each other's evidence.
import { type HeartbeatMeasurement, sightOf } from "./heartbeat.ts";
import type { Settle } from "./attempt.ts";
import { requestText } from "./http-attempt.ts";
import type { Connections } from "./http-connections.ts";
import { openLoop } from "./open-loop.ts";
import type { OpenLoop, Taken } from "./open-loop.ts";

export interface WatchOptions {
  readonly instance: string;
  readonly everyMs: number;
  readonly deadlineMs: number;
  readonly firstAt: number;
  readonly measurement: HeartbeatMeasurement;
  readonly reading: Connections;
  readonly taken: (taken: Taken) => void;
  readonly now: () => number;
}

/** A sample is ok with the next new number, failed with the next read that fails, and wrong with the next number of somebody else. */
export function watchNumbers({ instance, everyMs, deadlineMs, firstAt, measurement, reading, taken, now }: WatchOptions): OpenLoop {
  const waiting = new Set<Settle>();
  let newest: number | undefined;
  let answeredAt = Number.NEGATIVE_INFINITY;
  const settleAll: Settle = (outcome) => {
    for (const settle of waiting) settle(outcome);
    waiting.clear();
  };
  const text = requestText(measurement.read, "reused", instance, 0);
  const reader = openLoop({
    everyMs: measurement.pollMs,
    deadlineMs,
    firstAt: now(),
    countFrom: "send",
    start: (_n, settle) =>
      reading.exchange(text, (exchanged) => {
        const sight = sightOf(exchanged, measurement);
        if (typeof sight === "number") {
          answeredAt = now();
          if (newest !== undefined && sight !== newest) settleAll({ outcome: "ok", detail: undefined });
          newest = sight;
        } else settleAll(sight);
        settle({ outcome: "ok", detail: undefined });
      }),
    taken: () => undefined,
    now,
  });
  const samples = openLoop({
    everyMs,
    deadlineMs,
    firstAt,
    countFrom: "send",
    start: (_n, settle) => {
      waiting.add(settle);
      return () => waiting.delete(settle);
    },
    // Reads that are answered with an old number prove nothing: perhaps nobody writes just now.
    taken: (sample) =>
      taken(
        sample.outcome === "late" && answeredAt >= sample.startedAt
          ? { ...sample, tookMs: 0, outcome: "missed", detail: "no new number" }
          : sample,
      ),
    now,
  });
  const end = (): void => {
    reader.stop();
    reader.abandon();
  };
  void samples.drained.then(end);
  return {
    stop: () => samples.stop(),
    drained: samples.drained,
    abandon: () => {
      samples.abandon();
      end();
    },
  };
}
