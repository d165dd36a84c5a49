// `run --watch`: the target stays up, and saving an experiment runs it again; saving a file of its target runs all of that target. A refused file is told and waited for.
import { type FSWatcher, watch } from "node:fs";
import { dirname, resolve } from "node:path";
import { sayError } from "./exit.ts";
import { loadPlan } from "./load-plan.ts";
import type { RunCommandOptions, RunPorts } from "./run.ts";
import { type GoodFile, Series } from "./series.ts";
import { worst } from "./worst.ts";

/** Editors save in several steps; what comes within this time is one save. */
const settleMs = 200;
/** Swap and backup files of editors, and what package managers write. */
const notSaved = /(?:^|\/)(?:\.|4913$|node_modules\/)|~$/u;

export async function watchFiles(
  files: readonly string[],
  options: RunCommandOptions,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<number> {
  const report = (line: string): void => void ports.screen.write(`planefault: ${line}\n`);
  using saves = new Saves(signal);
  const first = await Promise.all(files.map((file) => loadPlan(file).catch(() => undefined)));
  await using sessions = await ports.open(
    first.flatMap((file) => (file?.ok === true ? [file.plan.stack] : [])),
    { keep: options.keep === true, edited: true, report, signal },
  );
  const load = async (file: string): Promise<readonly GoodFile[]> => {
    saves.note(file, dirname(file), file);
    const planned = await loadPlan(file, sessions.facts).catch((error: unknown) => sayError(error));
    if (!planned) return [];
    if (planned.ok) saves.note(file, planned.plan.stack.folder);
    else ports.screen.write(`${planned.problems}\n`);
    return planned.ok ? [planned] : [];
  };
  const ends: number[] = [];
  for (let due = files; !signal.aborted; due = await saves.next()) {
    const good = (await Promise.all(due.map(load))).flat();
    if (good.length > 0) ends.push(await round(good));
    if (!signal.aborted) report(`watching ${files.join(", ")}; Ctrl-C ends`);
  }
  // The last answer is on the screen; what may be broken is not forgotten.
  return worst(ends.filter((code) => code === 5));

  async function round(due: readonly GoodFile[]): Promise<number> {
    try {
      const series = await Series.of(options, ports, signal, due);
      await series.run(sessions);
      return await series.end();
    } catch (error) {
      sayError(error);
      return 4;
    }
  }
}

/** Which files have to run again. Saves during a run are kept for the next round. Folders are watched, since editors replace files. */
class Saves implements Disposable {
  readonly #signal: AbortSignal;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #saved = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #wake = (): void => {};

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#wake(), { once: true });
  }

  /** From now on a save in `folder` (of `only`, where given) makes `file` due. */
  note(file: string, folder: string, only?: string): void {
    const key = `${file}\0${folder}`;
    if (this.#watchers.has(key)) return;
    const hear = (_: string, name: string | null): void => {
      if (name === null || notSaved.test(name) || (only !== undefined && resolve(folder, name) !== resolve(only))) return;
      this.#saved.add(file);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#wake(), settleMs);
    };
    this.#watchers.set(key, watch(folder, { recursive: only === undefined }, hear));
  }

  /** The files that were saved since the last call; at least one, or none when aborted. */
  async next(): Promise<readonly string[]> {
    if (this.#saved.size === 0 && !this.#signal.aborted) {
      const { promise, resolve: wake } = Promise.withResolvers<void>();
      this.#wake = wake;
      await promise;
    }
    const due = [...this.#saved];
    this.#saved.clear();
    return due;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
  }
}
