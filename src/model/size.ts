// Sizes of memory as people write them ("16MiB", "1.5GiB") and as the code counts them (bytes).
import * as z from "zod";

const factors = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;
const expected = 'expected a size in KiB, MiB or GiB, such as "16MiB" or "1.5GiB"';

function bytesOf(text: string): number {
  const unit = text.endsWith("KiB") ? "KiB" : text.endsWith("MiB") ? "MiB" : "GiB";
  return Math.round(Number.parseFloat(text) * factors[unit]);
}

/** 16777216 -> "16MiB". */
export function formatSize(bytes: number): string {
  const unit = bytes >= factors.GiB ? "GiB" : bytes >= factors.MiB ? "MiB" : "KiB";
  return `${Number((bytes / factors[unit]).toFixed(2))}${unit}`;
}

export const sizeBetween = (least: number, most: number, why: string) =>
  z
    .string({ error: (issue) => (issue.input === undefined ? undefined : expected) })
    .regex(/^\d{1,8}(\.\d{1,3})?(KiB|MiB|GiB)$/u, { error: expected, abort: true })
    .refine((text) => bytesOf(text) >= least && bytesOf(text) <= most, {
      error: `it lies between ${formatSize(least)} and ${formatSize(most)}: ${why}`,
    })
    .transform(bytesOf);
