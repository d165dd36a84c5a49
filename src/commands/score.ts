// The score card on disk: one NDJSON line per finished run, written at once, so that `--resume` knows what an interrupted call had done.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Plan } from "../model/plan.ts";
import { hashParts } from "../setup/content-hash.ts";
import { makeFolder } from "./make-folder.ts";

const ScoreLine = z.strictObject({
  file: z.string(),
  /** 1-based. */
  repeat: z.int(),
  /** Of the plan and of all that it was run with: what differs is run again. */
  hash: z.string(),
  folder: z.string(),
  outcome: z.enum(["confirmed", "refuted", "inconclusive"]),
  asExpected: z.boolean(),
  reason: z.string(),
  exitCode: z.int(),
  seconds: z.number(),
});
export type ScoreLine = z.output<typeof ScoreLine>;

/** Names a result: with another plan, another image or another planefault it would be another one. */
export const runHash = (plan: Plan, madeOf: string): string =>
  hashParts([
    ["plan", JSON.stringify(plan)],
    ["made of", madeOf],
  ]);

export class ScoreFile {
  readonly #path: string;
  readonly lines: ScoreLine[] = [];

  constructor(reports: string, resume: boolean) {
    makeFolder(reports);
    this.#path = join(reports, "score-card.ndjson");
    if (!resume) writeFileSync(this.#path, "");
    else if (existsSync(this.#path)) this.lines.push(...read(this.#path));
  }

  done(file: string, repeat: number, hash: string): ScoreLine | undefined {
    // Where the machine failed (4) there was no result, and what may still be broken (5) has been cleaned up by now, or is found again: such runs are done again.
    return this.lines.findLast((line) => line.file === file && line.repeat === repeat && line.hash === hash && line.exitCode < 4);
  }

  add(line: ScoreLine): void {
    this.lines.push(line);
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }
}

/** A torn last line is an interrupted write: that run is done again. */
function read(path: string): readonly ScoreLine[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((text) => {
      try {
        const parsed = ScoreLine.safeParse(JSON.parse(text));
        return parsed.success ? [parsed.data] : [];
      } catch {
        return [];
      }
    });
}
