// From looks to instants: when a fault began to act, and when it was gone. Pure.
import type { Row } from "./stopwatch.ts";

/** Between the last look before it and the first one after it: the middle, and how far the truth may be from that. Milliseconds. */
export interface Instant {
  readonly atMs: number;
  readonly blurMs: number;
}

export interface Span {
  readonly begin: Instant;
  readonly end: Instant;
}

/** The longest stretch of looks in a row that saw it act: a datagram that a stall held up is no fault. Undefined where none did, or where the looks show no calm on either side. */
export function spanIn(rows: readonly Row[]): Span | undefined {
  let first = 0;
  let longest: { readonly first: number; readonly last: number } | undefined;
  const lengthMs = ({ first, last }: { readonly first: number; readonly last: number }): number => at(rows, last) - at(rows, first);
  rows.forEach(([, acts], last) => {
    if (acts === 0) first = last + 1;
    else if (longest === undefined || lengthMs({ first, last }) > lengthMs(longest)) longest = { first, last };
  });
  if (longest === undefined || longest.first === 0 || longest.last === rows.length - 1) return undefined;
  return {
    begin: between(at(rows, longest.first - 1), at(rows, longest.first)),
    end: between(at(rows, longest.last), at(rows, longest.last + 1)),
  };
}

const at = (rows: readonly Row[], index: number): number => rows[index]?.[0] ?? Number.NaN;

const between = (beforeMs: number, afterMs: number): Instant => ({ atMs: (beforeMs + afterMs) / 2, blurMs: (afterMs - beforeMs) / 2 });
