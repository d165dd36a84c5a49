// The runs of one call, one after the other: each result is said and on disk as soon as it is known, and a call that was broken off can be resumed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../model/error.ts";
import type { Plan } from "../model/plan.ts";
import type { Stack } from "../model/stack.ts";
import { mutationExitCode } from "../report/exit-code.ts";
import type { JudgedRun } from "../report/judged-run.ts";
import { mutationText } from "../report/mutation.ts";
import { scoreCard, type SkippedFile } from "../report/score-card.ts";
import { tablesText } from "../report/tables.ts";
import { closingText } from "../report/text.ts";
import type { RunEnd } from "../run/run-end.ts";
import { type RunResult, whereOf } from "./execute.ts";
import { exitCodeOf, sayError, withoutHidden } from "./exit.ts";
import { judgeRuns, tryRun } from "./judged-runs.ts";
import { liveScreen } from "./live-lanes.ts";
import type { PlannedFile } from "./load-plan.ts";
import { type Mutated, mutateRun, type ZeroRuns, zeroRunsBelow } from "./mutate.ts";
import { isToBeBent } from "./mutation-file.ts";
import type { RunCommandOptions, RunPorts } from "./run.ts";
import { run, type RunExperimentOptions } from "./run-experiment.ts";
import { runHash, ScoreFile, type ScoreLine } from "./score.ts";
import type { Sessions } from "./sessions.ts";
import { worst } from "./worst.ts";

export type GoodFile = Extract<PlannedFile, { readonly ok: true }>;

interface Turn extends GoodFile {
  /** 1-based. */
  readonly repeat: number;
  readonly hash: string;
  /** What an earlier call ran without bending it. */
  readonly ran?: ScoreLine;
}

export class Series {
  readonly #options: RunCommandOptions;
  readonly #ports: Pick<RunPorts, "out" | "screen">;
  readonly #signal: AbortSignal;
  readonly #several: boolean;
  readonly #score: ScoreFile | undefined;
  readonly #lines: ScoreLine[] = [];
  #due: readonly Turn[] = [];
  #skipped: readonly SkippedFile[] = [];
  #zeroRuns: ZeroRuns = new Map();
  /** What was taken from earlier calls. */
  readonly #earlier: { readonly plan: Plan; readonly folder: string }[] = [];

  /** Takes what earlier calls did from the score card, where that is asked for. */
  static async of(
    options: RunCommandOptions,
    ports: Pick<RunPorts, "out" | "screen" | "madeOf">,
    signal: AbortSignal,
    files: readonly GoodFile[],
  ): Promise<Series> {
    // All files of a stack share one answer, which reads the whole of planefault and of the target.
    const made = new Map<string, Promise<string>>();
    const madeOf = (stack: Stack): Promise<string> => {
      const key = JSON.stringify(stack);
      const known = made.get(key) ?? ports.madeOf(stack);
      made.set(key, known);
      return known;
    };
    const hashed = await Promise.all(files.map(async (file) => ({ ...file, hash: runHash(file.plan, await madeOf(file.plan.stack)) })));
    return new Series(options, ports, signal, hashed);
  }

  private constructor(
    options: RunCommandOptions,
    ports: Pick<RunPorts, "out" | "screen">,
    signal: AbortSignal,
    files: readonly Omit<Turn, "repeat">[],
  ) {
    this.#options = options;
    this.#ports = ports;
    this.#signal = signal;
    this.#several = files.length * options.repeat > 1;
    // A single run has its folder; it must not wipe out the score card of a series that is to be resumed.
    this.#score = this.#several || options.resume === true ? new ScoreFile(options.reports, options.resume === true) : undefined;
    const due: Turn[] = [];
    for (let repeat = 1; repeat <= options.repeat; repeat += 1) {
      for (const file of files) {
        const done = this.#score?.done(file.file, repeat, file.hash);
        if (done) this.#earlier.push({ plan: file.plan, folder: done.folder });
        if (done && !(options.mutate === true && isToBeBent(done))) this.#take(done, { resumed: true });
        else due.push({ ...file, repeat, ...(done && { ran: done }) });
      }
    }
    this.#due = due;
  }

  /** Nothing is left to run: an earlier call did it all. */
  get finished(): boolean {
    return this.#due.length === 0;
  }

  /** What this machine cannot run is no result: it is neither as expected nor not, and has no part in the exit code. */
  leaveOut(files: readonly SkippedFile[]): void {
    const due = this.#due.filter(({ file }) => files.every((one) => one.file !== file));
    this.#skipped = files.filter(({ file }) => this.#due.some((one) => one.file === file));
    this.#due = due;
    for (const skipped of this.#skipped) {
      this.#ports.screen.write(`planefault: ${skipped.file}: skipped: ${skipped.why}\n`);
      if (this.#options.json === true) this.#ports.out(JSON.stringify({ file: skipped.file, skipped: skipped.why }));
    }
  }

  async run(sessions: Sessions): Promise<void> {
    if (this.#options.mutate === true) this.#zeroRuns = await zeroRunsBelow(this.#earlier);
    for (const turn of this.#due) {
      if (this.#signal.aborted) return;
      const line = await (turn.ran ? this.#bend(turn, turn.ran, sessions) : this.#one(turn, sessions));
      // What was broken off has no result; it is run again when the series is resumed.
      if (!this.#signal.aborted) this.#score?.add(line);
    }
  }

  /** The score card with the tables of all runs, those of earlier calls included, and the exit code of all together. */
  async end(): Promise<number> {
    const says = this.#options.json !== true;
    const mutates = this.#options.mutate === true;
    // The card first: it must not be lost with a journal that somebody removed or damaged meanwhile.
    if (this.#several && says) this.#ports.out(scoreCard(this.#lines, this.#skipped));
    const runs = this.#several && (says || mutates) ? await this.#judged(mutates) : [];
    if (this.#several && says && runs) this.#ports.out(`\n${tablesText(runs, "text")}`);
    // Also of what an earlier call ran without bending it.
    const bent = mutates ? (runs ?? []).map(({ plan, mutations = [] }) => mutationExitCode(mutations, plan.smoke)) : [];
    return worst([...(this.#signal.aborted ? [4] : []), ...this.#lines.map(({ exitCode }) => exitCode), ...bent]);
  }

  /** Tables are an extra: a damaged journal of an earlier call must not take the place of what the runs ended with. */
  async #judged(bend: boolean): Promise<readonly JudgedRun[] | undefined> {
    const say = (text: string): void => void this.#ports.screen.write(`planefault: ${text}\n`);
    const folders = this.#lines.flatMap(({ folder }) => (folder !== "" && existsSync(join(folder, "journal.ndjson")) ? [folder] : []));
    try {
      const { runs, unread } = await judgeRuns(folders, bend);
      for (const { why } of unread) say(`not in the tables: ${why}`);
      return runs;
    } catch (error) {
      say(`no tables: ${messageOf(error)}`);
      return undefined;
    }
  }

  #runOptions(sessions: Sessions, on: RunExperimentOptions["on"]): RunExperimentOptions {
    const { reports, seed, keep, watch, mutate } = this.#options;
    return {
      reports,
      ...(seed === undefined ? {} : { seed }),
      signal: this.#signal,
      keep: this.#several || keep === true || watch === true || mutate === true,
      ...(on && { on }),
      sessions,
    };
  }

  /** Only the run at strength 0 is made, where no other one serves. */
  async #bend({ file, plan }: Turn, ran: ScoreLine, sessions: Sessions): Promise<ScoreLine> {
    const { out, screen } = this.#ports;
    screen.write(`planefault: ${file}: bending what an earlier call ran: ${ran.folder}\n`);
    const run = await tryRun(ran.folder, false);
    if ("why" in run) {
      screen.write(`planefault: not bent: ${run.why}\n`);
      return this.#take(ran, { resumed: true });
    }
    const live = liveScreen(screen);
    try {
      const mutated = await mutateRun(plan, run, this.#runOptions(sessions, live.on), this.#zeroRuns);
      if (this.#options.json !== true && mutated) out(mutationText(mutated.mutations));
      if (mutated?.zero?.exitCode === 5) this.#sayBroken(mutated.zero.end);
      const line = { ...ran, exitCode: worst([ran.exitCode, mutated?.exitCode ?? 0]) };
      return this.#take(line, { resumed: true, ...(mutated && { mutations: mutated.mutations }) });
    } finally {
      live.close();
    }
  }

  async #one(turn: Turn, sessions: Sessions): Promise<ScoreLine> {
    const { file, repeat, hash, plan } = turn;
    const { repeat: repeats } = this.#options;
    this.#ports.screen.write(`planefault: ${file}${repeats > 1 ? ` (${repeat} of ${repeats})` : ""}: ${plan.title}\n`);
    const live = liveScreen(this.#ports.screen);
    const from = performance.now();
    const lineOf = (rest: Pick<ScoreLine, "folder" | "outcome" | "asExpected" | "reason" | "exitCode">): ScoreLine => ({
      file,
      repeat,
      hash,
      ...rest,
      seconds: Math.round((performance.now() - from) / 100) / 10,
    });
    const options = this.#runOptions(sessions, live.on);
    let result: RunResult;
    let mutated: Mutated | undefined;
    try {
      result = await run(plan, options);
      if (this.#options.mutate === true) mutated = await mutateRun(plan, result, options, this.#zeroRuns);
    } catch (error) {
      if (!this.#several) throw error;
      sayError(error);
      const line = lineOf({
        folder: "",
        outcome: "inconclusive",
        asExpected: false,
        reason: withoutHidden(messageOf(error)),
        exitCode: exitCodeOf(error),
      });
      return this.#take(line, {});
    } finally {
      live.close();
    }
    const { verdict, folder, exitCode, end, unwritten } = result;
    const mutations = mutated?.mutations;
    const line = lineOf({
      folder,
      outcome: verdict.outcome,
      asExpected: verdict.asExpected,
      reason: verdict.reason,
      exitCode: worst([exitCode, mutated?.exitCode ?? 0]),
    });
    this.#take(line, { verdict, ...(mutations && { mutations }) });
    if (this.#options.json !== true) this.#ports.out(closingText(plan, verdict, whereOf(folder, plan)));
    if (this.#options.json !== true && mutations) this.#ports.out(mutationText(mutations));
    for (const why of [...unwritten, ...(mutated?.zero?.unwritten ?? [])]) this.#ports.screen.write(`planefault: ${why}\n`);
    if (exitCode === 5) this.#sayBroken(end);
    if (mutated?.zero?.exitCode === 5) this.#sayBroken(mutated.zero.end);
    return line;
  }

  #take(line: ScoreLine, more: Readonly<Record<string, unknown>>): ScoreLine {
    this.#lines.push(line);
    if (this.#options.json === true) this.#ports.out(JSON.stringify({ ...line, ...more }));
    return line;
  }

  /** What the verdict cannot know, and what to do about it. */
  #sayBroken({ undoNotProved, removed }: RunEnd): void {
    for (const sentence of undoNotProved) this.#ports.screen.write(`planefault: not proved to be undone: ${sentence}\n`);
    const left = removed
      ? "the target was removed; should anything else be left of it, `planefault cleanup` ends it"
      : "run `planefault cleanup`";
    this.#ports.screen.write(`planefault: something may still be broken; ${left}\n`);
  }
}
