// How busy all processors of the machine are, whoever keeps them so: what is timed in milliseconds is worth little while others work.
import { cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds of all processors since the machine started. */
export interface ProcessorTimes {
  readonly idle: number;
  readonly all: number;
}

export function processorTimes(): ProcessorTimes {
  const times = cpus().map(({ times: one }) => one);
  return {
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    all: times.reduce((sum, one) => sum + one.idle + one.user + one.sys + one.nice + one.irq, 0),
  };
}

/** 0 to 1; a time in which no clock ticked was not busy. */
export function busyShare(from: ProcessorTimes, until: ProcessorTimes): number {
  const all = until.all - from.all;
  return all <= 0 ? 0 : 1 - (until.idle - from.idle) / all;
}

const lookMs = 300;
const patienceMs = 5_000;

/** Resolves after a moment in which the processors were no busier than that, or when nobody has seen such a moment for long: then whoever measures has to say how busy they were. */
export async function untilIdle(most: number): Promise<void> {
  const endAt = performance.now() + patienceMs;
  for (let from = processorTimes(); performance.now() < endAt; from = processorTimes()) {
    if (most >= 1) return;
    await pause(lookMs);
    if (busyShare(from, processorTimes()) <= most) return;
  }
}
