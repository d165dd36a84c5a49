// One trial: a run of everything is killed at an instant, alone or with others of our programs; then how long each change went on, and what is left.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Engine, statusOf } from "../../src/drivers/docker/engine.ts";
import { type Kind, label } from "../../src/drivers/docker/labels.ts";
import { type Found, findOurs } from "../../src/drivers/docker/sweep.ts";
import type { Plan } from "../../src/model/plan.ts";
import { call, Program } from "../commands/program.ts";
import type { Look } from "./look.ts";
import type { Box, Onlooker } from "./onlooker.ts";
import { hostProcesses, isIn } from "./processes.ts";
import { type Killed, victims } from "./series.ts";
import { Steps } from "./steps.ts";
import { watchEnd } from "./watch-end.ts";

/** After the n-th record of the journal that is no sample, or so long after the program was started, or after its first shot. */
export type Instant = { readonly step: number } | { readonly afterMs: number } | { readonly afterShotMs: number };

export interface Trial {
  readonly kind: Killed;
  readonly instant: Instant;
  /** False where the run had ended by itself before its instant. */
  readonly wasKilled: boolean;
  /** By change that had been fired and not been undone by the journal: milliseconds until the last look began that saw it act, 0 where none saw it. `undefined`: it acted to the end. */
  readonly actedForMs: ReadonlyMap<string, number | undefined>;
  /** What was not as before, and what of ours was there, once nothing acted any more but what waits for cleanup. */
  readonly different: readonly string[];
  /** What `planefault cleanup` left in the engine and of processes, and its exit code where it is not 0. */
  readonly left: readonly string[];
}

const runDeadlineMs = 120_000;

export interface Scene {
  readonly engine: Engine;
  readonly onlooker: Pick<Onlooker, "look">;
  readonly plan: Plan;
  readonly file: string;
}

/** What has to be known before the kill, since asking takes longer than a shot. */
export interface Prepared {
  readonly found: readonly Found[];
  readonly companions: readonly number[];
  readonly boxes: readonly Box[];
  /** The components before anything was armed; undefined where the run did not come so far. */
  readonly before: Look | undefined;
}

export async function trial(scene: Scene, kind: Killed, instant: Instant): Promise<Trial> {
  const reports = await mkdtemp(join(tmpdir(), "planefault-crash-"));
  const program = new Program(["run", scene.file, "--reports", reports]);
  try {
    const end = program.end(runDeadlineMs);
    using steps = new Steps(reports);
    const { found, companions, before } = await untilInstant(scene, program, steps, { kind, instant });
    const wasKilled = program.child.exitCode === null;
    program.child.kill("SIGKILL");
    for (const pid of companions) killOne(pid);
    const killedAt = performance.now();
    await end;
    steps.look();
    const boxes = await boxesOf(scene.engine, found);
    const after = before && boxes.length > 0 ? await watchEnd(scene, boxes, { kind, before, killedAt, acting: steps.acting }) : undefined;
    return {
      kind,
      instant,
      wasKilled,
      actedForMs: after?.actedForMs ?? new Map(),
      // A run that was stopping its target has ended components by itself.
      different: [...(steps.phase === "stop" ? [] : (after?.ended ?? [])), ...(after?.different ?? [])],
      left: await cleanUp(scene.engine, found),
    };
  } finally {
    program.child.kill("SIGKILL");
    await rm(reports, { recursive: true, force: true });
  }
}

async function untilInstant(
  scene: Scene,
  program: Program,
  steps: Steps,
  { kind, instant }: { readonly kind: Killed; readonly instant: Instant },
): Promise<Prepared> {
  const startedAt = performance.now();
  let shotAt: number | undefined;
  let prepared: Promise<Prepared> | undefined;
  for (;;) {
    steps.look();
    if (steps.taken.includes("digest")) prepared ??= prepare(scene, program, kind, true);
    if (steps.taken.includes("fired")) shotAt ??= performance.now();
    const isDue =
      "step" in instant
        ? steps.taken.length >= instant.step
        : "afterMs" in instant
          ? performance.now() - startedAt >= instant.afterMs
          : shotAt !== undefined && performance.now() - shotAt >= instant.afterShotMs;
    if (isDue || program.child.exitCode !== null) return await (prepared ?? prepare(scene, program, kind, false));
    await pause(2);
  }
}

export async function prepare(
  { engine, onlooker }: Pick<Scene, "engine" | "onlooker">,
  program: Program,
  kind: Killed,
  hasStarted: boolean,
): Promise<Prepared> {
  const found = (await findOurs(engine)).filter((one) => one.labels[label.owner]?.startsWith(`${program.child.pid}:`));
  const [companions, boxes] = await Promise.all([pidsOf(engine, found, kind), boxesOf(engine, found)]);
  return { found, companions, boxes, before: hasStarted ? await onlooker.look(boxes) : undefined };
}

/** Containers that a run was just removing are no more. */
async function statesOf({ docker }: Engine, found: readonly Found[]) {
  const asked = found.map(async (one) => {
    try {
      return [{ ...one, pid: (await docker.getContainer(one.id).inspect()).State.Pid }];
    } catch (error) {
      if (statusOf(error) === 404) return [];
      throw error;
    }
  });
  return (await Promise.all(asked)).flat();
}

const containersOf = (found: readonly Found[], kinds: readonly Kind[]): readonly Found[] =>
  found.filter(({ what, labels }) => what === "container" && kinds.some((kind) => kind === labels[label.kind]));

/** The components that are there; pid 0: it has ended. */
async function boxesOf(engine: Engine, found: readonly Found[]): Promise<readonly Box[]> {
  const helpers = containersOf(found, ["agent", "standby"]);
  return (await statesOf(engine, containersOf(found, ["component"]))).map(({ id, labels, pid }) => {
    const name = labels[label.name] ?? "";
    const beside = helpers.filter((one) => one.labels[label.name] === name).map((one) => one.id);
    return { name, containerId: id, beside, pid };
  });
}

async function pidsOf(engine: Engine, found: readonly Found[], kind: Killed): Promise<readonly number[]> {
  const states = await statesOf(engine, containersOf(found, victims[kind]));
  return states.map(({ pid }) => pid).filter((pid) => pid > 0);
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It had ended by itself.
  }
}

async function cleanUp(engine: Engine, found: readonly Found[]): Promise<readonly string[]> {
  const left = await cleanUpSession(engine, found[0]?.labels[label.session]);
  const ids = found.filter(({ what }) => what === "container").map(({ id }) => id);
  const processes = hostProcesses().filter((one) => isIn(one, ids));
  return [...left, ...processes.map(({ pid }) => `process ${pid} of a container that was removed`)];
}

/** What `planefault cleanup` left of it in the engine, and its exit code where it is not 0. */
export async function cleanUpSession(
  engine: Engine,
  session: string | undefined,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  if (session === undefined) return [];
  const { code, output } = await call(["cleanup", "--session", session], environment);
  const left = (await findOurs(engine, session)).map(({ what, name }) => `${what} ${name}`);
  return [...(code === 0 ? [] : [`cleanup ended with ${code}: ${output}`]), ...left];
}

export const instantWords = (instant: Instant): string =>
  "step" in instant
    ? `at step ${instant.step}`
    : "afterMs" in instant
      ? `after ${Math.round(instant.afterMs)} ms`
      : `${instant.afterShotMs} ms after the first shot`;
