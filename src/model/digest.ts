// The state of everything a run may touch, as sorted lines of text, so that before = after is one comparison and a difference is readable.
import * as z from "zod";

/** "etcd-1/routes" -> what was found there. */
export const Digest = z.record(z.string(), z.string());
export type Digest = z.output<typeof Digest>;

export interface Difference {
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export function difference(before: Digest, after: Digest): readonly Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .toSorted()
    .filter((key) => before[key] !== after[key])
    .map((key) => ({ key, before: before[key], after: after[key] }));
}
