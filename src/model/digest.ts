// The state of everything a run may touch, as sorted lines of text, so that before = after is one comparison and a difference is readable.
import * as z from "zod";
import type { Change } from "./op.ts";

/** "etcd-1/routes" -> what was found there. */
export const Digest = z.record(z.string(), z.string());
export type Digest = z.output<typeof Digest>;

export interface Difference {
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Lines that these changes alter by design: a process that was killed or restarted is another one afterwards. Its state is a line of its own (agent/digest.ts), which must be as before. */
export const renewedBy = (changes: readonly Pick<Change, "apply">[]): ReadonlySet<string> =>
  new Set(
    changes.flatMap(({ apply: { op, at } }) =>
      (op === "process.kill" || op === "process.restart") && at.process !== undefined
        ? [`${at.component}/process/${at.process}/identity`]
        : [],
    ),
  );

/** Lines of `renewed` may have another value, and must have one. */
export function difference(before: Digest, after: Digest, renewed: ReadonlySet<string> = new Set()): readonly Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .toSorted()
    .filter((key) => before[key] !== after[key])
    .filter((key) => !renewed.has(key) || before[key] === undefined || after[key] === undefined)
    .map((key) => ({ key, before: before[key], after: after[key] }));
}
