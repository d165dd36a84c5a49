// Bits per second as people write them ("500kbit", "1mbit") and as the code counts them.
import * as z from "zod";

const factors = { kbit: 1e3, mbit: 1e6 } as const;
const expected = 'expected a rate in kbit or mbit per second, such as "500kbit" or "1.5mbit"';

/** Below, a train of canaries would fill the link for longer than a second; above, our probers are no faster than the limit. */
const slowest = 100e3;
const fastest = 20e6;

const bitsOf = (text: string): number => Math.round(Number.parseFloat(text) * factors[text.endsWith("kbit") ? "kbit" : "mbit"]);

/** 1500000 -> "1.5mbit". */
export const formatRate = (bitsPerSecond: number): string =>
  bitsPerSecond >= factors.mbit
    ? `${Number((bitsPerSecond / factors.mbit).toFixed(2))}mbit`
    : `${Math.round(bitsPerSecond / factors.kbit)}kbit`;

export const Rate = z
  .string({ error: (issue) => (issue.input === undefined ? undefined : expected) })
  .regex(/^\d{1,8}(\.\d{1,3})?(kbit|mbit)$/u, { error: expected, abort: true })
  .refine((text) => bitsOf(text) >= slowest && bitsOf(text) <= fastest, {
    error: `a rate lies between ${formatRate(slowest)} and ${formatRate(fastest)}: others could not be told by our canaries`,
  })
  .transform(bitsOf);
