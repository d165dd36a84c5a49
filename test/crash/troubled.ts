// One run in the middle of which the engine, an agent or the keeper gets into trouble: when each change was last seen to act, looked at from outside, and how the run ended.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { label } from "../../src/drivers/docker/labels.ts";
import type { Change } from "../../src/model/op.ts";
import { Program } from "../commands/program.ts";
import { acts, differences, leavings, type Look } from "./look.ts";
import { Steps } from "./steps.ts";
import { cleanUpSession, type Prepared, prepare, type Scene } from "./trial.ts";

export interface Trouble {
  readonly afterShotMs: number;
  /** Brings it about, and ends it where it is to end. */
  strike(run: Pick<Prepared, "found">, ended: Promise<unknown>): Promise<void>;
}

export interface Troubled {
  /** The exit code, or the signal that ended a run which did not end by itself. */
  readonly code: number | string;
  readonly output: string;
  /** From the trouble to the end of the run. */
  readonly tookMs: number;
  /** By change that was seen to act: when the last look began that saw it, after the first shot. */
  readonly lastActedMs: ReadonlyMap<string, number>;
  /** What was not as before at the last look at components that still ran. */
  readonly different: readonly string[];
  /** What of ours was there at that look; agents that still hear their harness are. */
  readonly leavings: readonly string[];
  /** What `planefault cleanup` left, and its exit code where it is not 0. */
  readonly left: readonly string[];
}

/** Longer than any of these runs may take. */
export const runDeadlineMs = 180_000;
const startDeadlineMs = 90_000;
const lookEveryMs = 20;
/** Later than this it would not meet what it is to meet. */
const lateMs = 1_000;
/** Beyond the last lease. */
const calmMs = 3_000;

export interface TroubledScene extends Scene {
  /** Of the programs: which engine is theirs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A busy machine may be late to bring the trouble about, or find no steady baseline; that trial is made again, and no other one. */
class TooLate extends Error {}
const attempts = 3;

export async function troubled(scene: TroubledScene, given: Trouble): Promise<Troubled> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await trial(scene, given);
    } catch (error) {
      if (!(error instanceof TooLate) || attempt === attempts) throw error;
    }
  }
}

async function trial(scene: TroubledScene, given: Trouble): Promise<Troubled> {
  const reports = await mkdtemp(join(tmpdir(), "planefault-trouble-"));
  const program = new Program(["run", scene.file, "--reports", reports], scene.environment);
  let session: string | undefined;
  let struckAt = 0;
  try {
    const ended = program.end(runDeadlineMs).then((code) => ({ code, at: performance.now() }));
    using steps = new Steps(reports);
    await until(program, steps, () => steps.taken.includes("digest"));
    const prepared = await prepare(scene, program, "harness", true);
    session = prepared.found[0]?.labels[label.session];
    await until(program, steps, () => steps.shotAtMs !== undefined);
    const shotAtMs = steps.shotAtMs ?? 0;
    const trouble = async (): Promise<void> => {
      const dueMs = shotAtMs + given.afterShotMs;
      await pause(Math.max(0, dueMs - Date.now()));
      if (Date.now() - dueMs > lateMs) throw new TooLate(`this machine is too busy: the trouble came ${Date.now() - dueMs} ms late`);
      struckAt = performance.now();
      await given.strike(prepared, ended);
    };
    const [{ code, at }, seen] = await Promise.all([ended, watch(scene, prepared, shotAtMs), trouble()]);
    return {
      code,
      output: program.output,
      tookMs: at - struckAt,
      ...seen,
      left: await cleanUpSession(scene.engine, session, scene.environment),
    };
  } finally {
    program.child.kill("SIGKILL");
    await program.end();
    await cleanUpSession(scene.engine, session, scene.environment);
    await rm(reports, { recursive: true, force: true });
  }
}

async function until(program: Program, steps: Steps, holds: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(startDeadlineMs);
  for (steps.look(); !holds(); steps.look()) {
    if (program.child.exitCode !== null || deadline.aborted) throw new TooLate(`the run did not come to its shot: ${program.output}`);
    await pause(5);
  }
}

async function watch({ onlooker, plan }: Scene, { boxes, before = {} }: Prepared, shotAtMs: number) {
  const patienceMs = Math.max(...plan.changes.map(({ startMs, leaseMs }) => startMs + leaseMs)) + calmMs;
  const lastActedMs = new Map<string, number>();
  let now: Look = {};
  for (let fromMs = Date.now(); fromMs - shotAtMs < patienceMs; fromMs = Date.now()) {
    now = await onlooker.look(boxes);
    for (const change of plan.changes)
      if (acts(change, before[change.apply.at.component], now[change.apply.at.component])) lastActedMs.set(change.id, fromMs - shotAtMs);
    await pause(lookEveryMs);
  }
  return { lastActedMs, different: differences(before, now), leavings: leavings(now, "ended") };
}

/** A network fault is over a second after its end whatever happens, anything else by its lease, which counts at the keeper from up to a second before the shot; a supervisor takes its time. */
const allowedMs = ({ apply, undo, startMs, endMs, leaseMs }: Change): number =>
  apply.op === "packets.block" || apply.op === "link.down" || apply.op === "rate.limit" || apply.op === "packets.disturb"
    ? endMs + 1_000
    : startMs + leaseMs + 1_000 + (undo.op === "process.ensure" ? 2_000 : 0);

/** Sentences: what acted for longer than was promised. */
export const lateOnes = ({ plan }: Pick<Scene, "plan">, { lastActedMs }: Troubled): readonly string[] =>
  plan.changes.flatMap((change) => {
    const ms = lastActedMs.get(change.id) ?? 0;
    return ms <= allowedMs(change)
      ? []
      : [`${change.apply.op} (${change.id}) acted ${Math.round(ms)} ms after the first shot, allowed ${allowedMs(change)}`];
  });
