// Watches for numbers at the far end of a plane, written by us or growing by themselves: how old is what is seen there?
import type { HttpRequest, Measurement } from "../../model/probe.ts";
import type { Reading, StartAttempt } from "./attempt.ts";
import { parseBody, probeReading, requestText } from "./http-attempt.ts";
import type { Connections, Exchanged } from "./http-connections.ts";
import { openLoop } from "./open-loop.ts";
import type { OpenLoop, Taken } from "./open-loop.ts";
import { growingSightings, type Sightings, writtenSightings, type WrittenSightings } from "./sightings.ts";

export type HeartbeatMeasurement = Extract<Measurement, { readonly kind: "heartbeat" }>;

export interface HeartbeatOptions {
  readonly instance: string;
  readonly everyMs: number;
  readonly deadlineMs: number;
  readonly firstAt: number;
  readonly measurement: HeartbeatMeasurement;
  /** Undefined: the number grows by itself. */
  readonly writing: Writing | undefined;
  readonly reading: Connections;
  readonly taken: (taken: Taken) => void;
  readonly now: () => number;
}

interface Writing {
  readonly request: HttpRequest;
  readonly connections: Connections;
}

/** The reader starts at once. The samples start when it has had its first answer (or deadline), and written numbers count on from the one found: what an earlier run left behind must not pass for news. */
export function startHeartbeat(options: HeartbeatOptions): OpenLoop {
  const { measurement, now } = options;
  const { sightings, start } = sampling(options);
  const drained = Promise.withResolvers<void>();
  let samples: OpenLoop | undefined;
  let stopped = false;
  const startSamples = (): void => {
    if (samples !== undefined || stopped) return;
    const phases = Math.max(0, Math.ceil((now() - options.firstAt) / options.everyMs));
    const firstAt = options.firstAt + phases * options.everyMs;
    samples = openLoop({
      everyMs: options.everyMs,
      deadlineMs: options.deadlineMs,
      firstAt,
      countFrom: "schedule",
      start,
      taken: options.taken,
      now,
    });
  };
  const text = requestText(measurement.read, "reused", options.instance, 0);
  const reader = openLoop({
    everyMs: measurement.pollMs,
    deadlineMs: options.deadlineMs,
    firstAt: now(),
    countFrom: "send",
    start: (_n, settle) => {
      const seen = sightings.reading();
      return options.reading.exchange(text, (exchanged) => {
        const sight = sightOf(exchanged, measurement);
        if (typeof sight === "number") seen(sight);
        else if (sight.outcome === "wrong") sightings.deny(sight);
        settle({ outcome: "ok", detail: undefined });
      });
    },
    taken: startSamples,
    now,
  });
  const endReader = async (): Promise<void> => {
    await samples?.drained;
    reader.stop();
    reader.abandon();
    drained.resolve();
  };
  return {
    stop: () => {
      stopped = true;
      samples?.stop();
      // The reader must go on until the last number was seen or has become late.
      void endReader();
    },
    drained: drained.promise,
    abandon: () => samples?.abandon(),
  };
}

function sampling({ instance, writing }: HeartbeatOptions): { readonly sightings: Sightings; readonly start: StartAttempt } {
  if (writing !== undefined) {
    const sightings = writtenSightings();
    return { sightings, start: writeAttempt(instance, writing, sightings) };
  }
  const sightings = growingSightings();
  return { sightings, start: (_n, settle) => sightings.await(settle) };
}

/** What the answer is worth is decided as for an http probe. A write that was cut or not answered may still have been done: it is simply not visible yet. */
function writeAttempt(instance: string, { request, connections }: Writing, sightings: WrittenSightings): StartAttempt {
  return (n, settle) => {
    const number = sightings.number(n);
    const forget = sightings.await(number, settle);
    const cancel = connections.exchange(requestText(request, "new", instance, number), (exchanged) => {
      const reading = probeReading(exchanged, request.expect);
      if (reading.outcome === "ok") sightings.acknowledged(number);
      if (exchanged.result === "cut" || reading.outcome === "ok") return;
      forget();
      settle(reading);
    });
    return () => {
      forget();
      cancel();
    };
  };
}

/** The number that a read shows, `wrong` where it is shown by anybody but the expected one, and `failed` where there is none: an answer without it is no other number. */
export function sightOf(exchanged: Exchanged, { read, field }: HeartbeatMeasurement): number | Reading {
  const reading = probeReading(exchanged, read.expect);
  if (exchanged.result !== "answer" || reading.outcome === "failed") return { ...reading, outcome: "failed" };
  const number = numberIn(exchanged.answer.body, field);
  if (number === undefined) return { outcome: "failed", detail: reading.detail ?? "no number" };
  return reading.outcome === "ok" ? number : reading;
}

function numberIn(body: Buffer, field: string): number | undefined {
  let value = parseBody(body);
  for (const key of field.split(".").filter((part) => part !== "")) {
    value = typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  }
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
