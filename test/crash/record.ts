// The trials of a series of crashes in a file, a line each, so that a series of hours can be made in pieces: whoever goes on with the file makes no trial that stands in it.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Instant, Trial } from "./trial.ts";
import type { Killed } from "./series.ts";

/** The run that nobody killed, by which instants are chosen: all pieces of a series take them from the same one. */
export interface Whole {
  readonly steps: number;
  readonly tookMs: number;
}

/** In JSON, where nothing is undefined. */
type Line = Omit<Trial, "actedForMs"> & { readonly actedForMs: readonly (readonly [change: string, ms: number | null])[] };

export class TrialRecord {
  readonly #path: string | undefined;
  readonly trials: Trial[] = [];
  #whole: Whole | undefined;

  /** Without a path it is kept in memory alone. A last line that is torn is cut off. */
  constructor(path?: string) {
    this.#path = path;
    if (path === undefined || !existsSync(path)) return;
    const text = readFileSync(path, "utf8");
    const untorn = text.slice(0, text.lastIndexOf("\n") + 1);
    if (untorn !== text) writeFileSync(path, untorn);
    const [first, ...lines] = untorn.split("\n").filter(Boolean);
    if (first !== undefined) this.#whole = JSON.parse(first) as Whole;
    this.trials.push(...lines.map((line) => fromLine(JSON.parse(line) as Line)));
  }

  async whole(measure: () => Promise<Whole>): Promise<Whole> {
    if (this.#whole === undefined) {
      this.#whole = await measure();
      this.#write(this.#whole);
    }
    return this.#whole;
  }

  has(kind: Killed, instant: Instant): boolean {
    const wanted = JSON.stringify([kind, instant]);
    return this.trials.some((one) => JSON.stringify([one.kind, one.instant]) === wanted);
  }

  add(trial: Trial): void {
    this.trials.push(trial);
    const line: Line = { ...trial, actedForMs: [...trial.actedForMs].map(([change, ms]) => [change, ms ?? null]) };
    this.#write(line);
  }

  #write(line: Line | Whole): void {
    if (this.#path !== undefined) appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }
}

const fromLine = (line: Line): Trial => ({
  ...line,
  actedForMs: new Map(line.actedForMs.map(([change, ms]) => [change, ms ?? undefined])),
});
