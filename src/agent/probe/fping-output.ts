// What fping 5 says in loop mode, as data. Times of its clock are milliseconds of the wall clock.

export type FpingLine =
  | { readonly kind: "reply"; readonly n: number; readonly receivedMs: number; readonly tookMs: number }
  | { readonly kind: "timeout"; readonly n: number; readonly atMs: number };

export type FpingComplaint =
  /** The reply whose line is printed next came from another address than the one that was asked. */
  | { readonly kind: "foreign"; readonly address: string }
  /** An ICMP error about one of our packets; fping does not say which. */
  | { readonly kind: "refused"; readonly detail: string };

/** "[1585061216.81410] 10.0.0.1 : [0], 64 bytes, 0.59 ms (0.59 avg, 0% loss)" or "... : [0], timed out (NaN avg, 100% loss)". `n` counts from 0. */
export function readLine(line: string): FpingLine | undefined {
  const match = /^\[(\d+\.\d+)\] \S+ +: \[(\d+)\], (?:timed out|\d+ bytes, ([\d.e+]+) ms)/u.exec(line);
  if (!match) return undefined;
  const [, seconds, n, took] = match;
  const atMs = Number(seconds) * 1_000;
  return took === undefined
    ? { kind: "timeout", n: Number(n), atMs }
    : { kind: "reply", n: Number(n), receivedMs: atMs, tookMs: Number(took) };
}

/** The error stream is not line by line: " [<- 10.0.0.9]" stands there without an end of line. */
export function readComplaints(text: string): readonly FpingComplaint[] {
  return [...text.matchAll(/\[<- ([^\]\s]+)\]|ICMP ([^\n]+?) from (\S+) for ICMP Echo sent/gu)].map(([, foreign, what, from]) =>
    foreign === undefined ? { kind: "refused", detail: `${what} from ${from}` } : { kind: "foreign", address: foreign },
  );
}
