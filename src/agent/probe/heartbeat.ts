// Writes numbers through one plane and watches for them at the far end: how old is what is seen there?
import type { Measurement } from "../../model/probe.ts";
import type { Settle, StartAttempt } from "./attempt.ts";
import { parseBody, readingOf, requestText } from "./http-attempt.ts";
import type { Connections, Exchanged } from "./http-connections.ts";
import { openLoop } from "./open-loop.ts";
import type { OpenLoop, Taken } from "./open-loop.ts";

type HeartbeatMeasurement = Extract<Measurement, { readonly kind: "heartbeat" }>;

export interface HeartbeatOptions {
  readonly instance: string;
  readonly everyMs: number;
  readonly deadlineMs: number;
  readonly firstAt: number;
  readonly measurement: HeartbeatMeasurement;
  readonly writing: Connections;
  readonly reading: Connections;
  readonly taken: (taken: Taken) => void;
  readonly now: () => number;
}

/** The reader starts at once. The writer starts when the reader has had its first answer (or deadline), and counts on from the number found: what an earlier run left behind must not pass for news. */
export function startHeartbeat(options: HeartbeatOptions): OpenLoop {
  const { measurement, now } = options;
  const sightings = createSightings();
  const drained = Promise.withResolvers<void>();
  let writer: OpenLoop | undefined;
  let stopped = false;
  const startWriter = (): void => {
    if (writer !== undefined || stopped) return;
    const phases = Math.max(0, Math.ceil((now() - options.firstAt) / options.everyMs));
    const firstAt = options.firstAt + phases * options.everyMs;
    const start = writeAttempt(options, sightings);
    writer = openLoop({
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
    start: (_n, settle) =>
      options.reading.exchange(text, (exchanged) => {
        const number = numberSeen(exchanged, measurement);
        if (number !== undefined) sightings.seen(number);
        settle({ outcome: "ok", detail: undefined });
      }),
    taken: startWriter,
    now,
  });
  const endReader = async (): Promise<void> => {
    await writer?.drained;
    reader.stop();
    reader.abandon();
    drained.resolve();
  };
  return {
    stop: () => {
      stopped = true;
      writer?.stop();
      // The reader must go on until the last number was seen or has become late.
      void endReader();
    },
    drained: drained.promise,
    abandon: () => writer?.abandon(),
  };
}

/** An error answer or no connection is a failure. A write that was cut or not answered may still have been done: it is simply not visible yet. */
function writeAttempt(options: HeartbeatOptions, sightings: Sightings): StartAttempt {
  const { instance, measurement } = options;
  return (n, settle) => {
    const number = sightings.number(n);
    const forget = sightings.await(number, settle);
    const cancel = options.writing.exchange(requestText(measurement.write, "new", instance, number), (exchanged) => {
      const reading = readingOf(exchanged, measurement.write.expect);
      if (exchanged.result === "cut" || reading.outcome === "ok") return;
      forget();
      settle({ outcome: "failed", detail: reading.detail });
    });
    return () => {
      forget();
      cancel();
    };
  };
}

interface Sightings {
  /** The number that write `n` carries. */
  number(n: number): number;
  /** Settles when a number at least this high was seen. */
  await(number: number, settle: Settle): () => void;
  seen(number: number): void;
}

function createSightings(): Sightings {
  const waiting = new Map<number, Settle>();
  let base: number | undefined;
  let highestWritten = 0;
  let foreign: number | undefined;
  return {
    number: (n) => {
      base ??= 0;
      return base + n;
    },
    await: (number, settle) => {
      highestWritten = Math.max(highestWritten, number);
      waiting.set(number, settle);
      return () => waiting.delete(number);
    },
    seen: (number) => {
      base ??= Math.max(0, Math.floor(number));
      // Nobody wrote it in this run, so it proves nothing, not even later when our own numbers reach it.
      if (number > highestWritten) foreign = number;
      else if (number !== foreign) {
        foreign = undefined;
        for (const [awaited, settle] of waiting) {
          if (awaited > number) continue;
          waiting.delete(awaited);
          settle({ outcome: "ok", detail: undefined });
        }
      }
    },
  };
}

function numberSeen(exchanged: Exchanged, measurement: HeartbeatMeasurement): number | undefined {
  if (exchanged.result !== "answer" || readingOf(exchanged, measurement.read.expect).outcome !== "ok") return undefined;
  let value = parseBody(exchanged.answer.body);
  for (const key of measurement.field.split(".").filter((part) => part !== "")) {
    value = typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  }
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
