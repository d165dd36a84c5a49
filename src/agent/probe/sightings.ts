// What a reader of numbers has seen, and what each sight means for the samples that wait: the news they wait for, nothing new, or an answer from the past.
import type { Reading, Settle } from "./attempt.ts";

export interface Sightings {
  /** Call it when a read is sent, and the result with the number that came back. Reads overlap: only what had been seen before this one was sent can make its answer an old one. */
  reading(): (number: number) => void;
  /** An answer of somebody else, whatever its number: whoever waits got it. */
  readonly deny: (reading: Reading) => void;
}

export interface WrittenSightings extends Sightings {
  /** The number that write `n` carries. */
  number(n: number): number;
  /** Call it when the write begins; settles when a number at least this high was seen. */
  await(number: number, settle: Settle): () => void;
  acknowledged(number: number): void;
}

export interface GrowingSightings extends Sightings {
  /** Settles when a number higher than the one known by now was seen. */
  await(settle: Settle): () => void;
}

/** Numbers that we write: those of others prove nothing. */
export function writtenSightings(): WrittenSightings {
  const waiting = createWaiting();
  /** Number -> the first one whose write began after this one's was acknowledged. Writes that overlap may be done in any order, so the lower one may rightly be seen last. */
  const nextAfter = new Map<number, number>();
  let base: number | undefined;
  let highestWritten = 0;
  let highestSeen = 0;
  let foreign: number | undefined;
  const isPast = (number: number, known: number): boolean =>
    known > (base ?? 0) && (number <= (base ?? 0) || (nextAfter.get(number) ?? Number.POSITIVE_INFINITY) <= known);
  return {
    number: (n) => {
      base ??= 0;
      return base + n;
    },
    await: (number, settle) => {
      highestWritten = Math.max(highestWritten, number);
      return waiting.add((seen) => seen >= number, settle);
    },
    deny: waiting.deny,
    acknowledged: (number) => void nextAfter.set(number, highestWritten + 1),
    reading: () => {
      const known = highestSeen;
      return (number) => {
        base ??= Math.max(0, Math.floor(number));
        // Nobody wrote it in this run, so it proves nothing, not even later when our own numbers reach it.
        if (number > highestWritten) foreign = number;
        if (number === foreign) return;
        foreign = undefined;
        if (isPast(number, known)) waiting.deny(past(number, known));
        else {
          highestSeen = Math.max(highestSeen, number);
          waiting.show(number);
        }
      };
    },
  };
}

/** Numbers that grow by themselves: a time of collection, a count of renewals. */
export function growingSightings(): GrowingSightings {
  const waiting = createWaiting();
  let highest: number | undefined;
  return {
    await: (settle) => {
      let known = highest;
      return waiting.add((seen) => {
        // Where nothing was known the first number is what growth counts from.
        known ??= seen;
        return seen > known;
      }, settle);
    },
    deny: waiting.deny,
    reading: () => {
      const known = highest;
      return (number) => {
        if (known !== undefined && number < known) waiting.deny(past(number, known));
        else {
          highest = Math.max(highest ?? number, number);
          waiting.show(number);
        }
      };
    },
  };
}

/** An answer from the past. */
const past = (number: number, known: number): Reading => ({ outcome: "wrong", detail: `${number} after ${known}` });

interface Waiting {
  add(enough: (seen: number) => boolean, settle: Settle): () => void;
  show(number: number): void;
  /** A wrong answer: whoever waits got it; where nobody waits, the next one has. */
  readonly deny: (reading: Reading) => void;
}

function createWaiting(): Waiting {
  const samples = new Set<{ readonly enough: (seen: number) => boolean; readonly settle: Settle }>();
  let denied: Reading | undefined;
  return {
    add: (enough, settle) => {
      const sample = { enough, settle };
      if (denied === undefined) samples.add(sample);
      else settle(denied);
      denied = undefined;
      return () => samples.delete(sample);
    },
    show: (number) => {
      for (const sample of samples) {
        if (!sample.enough(number)) continue;
        samples.delete(sample);
        sample.settle({ outcome: "ok", detail: undefined });
      }
    },
    deny: (reading) => {
      if (samples.size === 0) denied = reading;
      for (const sample of samples) sample.settle(reading);
      samples.clear();
    },
  };
}
