// One trial: a run of everything is killed at an instant, alone or with its agents and its keeper; then how long each change went on, and what is left.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Engine, statusOf } from "../../src/drivers/docker/engine.ts";
import { label } from "../../src/drivers/docker/labels.ts";
import { type Found, findOurs } from "../../src/drivers/docker/sweep.ts";
import type { Plan } from "../../src/model/plan.ts";
import { call, Program } from "../commands/program.ts";
import { acts, differences, type Look } from "./look.ts";
import type { Box, Onlooker } from "./onlooker.ts";
import { Steps } from "./steps.ts";

export const killed = ["harness", "harness and agents", "harness, agents and keeper"] as const;
export type Killed = (typeof killed)[number];

/** After the n-th record of the journal that is no sample, or so long after the program was started, or after its first shot. */
export type Instant = { readonly step: number } | { readonly afterMs: number } | { readonly afterShotMs: number };

export interface Trial {
  readonly kind: Killed;
  readonly instant: Instant;
  /** False where the run had ended by itself before its instant. */
  readonly wasKilled: boolean;
  /** By change that had been fired and not been undone by the journal: milliseconds until it was last seen to act, 0 where no look saw it. `undefined`: it acted to the end of our patience. */
  readonly actedForMs: ReadonlyMap<string, number | undefined>;
  /** What was not as before once nothing acted any more. */
  readonly different: readonly string[];
  /** What `planefault cleanup` left, and its exit code where it is not 0. */
  readonly left: readonly string[];
}

const runDeadlineMs = 120_000;
/** A flapping link is up half of the time. */
const calmMs = 1_500;
const lookEveryMs = 50;

export interface Scene {
  readonly engine: Engine;
  readonly onlooker: Onlooker;
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
    const all = await boxesOf(scene.engine, found);
    const boxes = all.filter(({ pid }) => pid > 0);
    // A run that was stopping its target has ended components by itself.
    const ended = steps.phase === "stop" ? [] : all.filter(({ pid }) => pid === 0).map(({ name }) => `${name} has ended`);
    const after = before && boxes.length > 0 ? await watchEnd(scene, boxes, { before, killedAt, acting: steps.acting }) : undefined;
    const session = found[0]?.labels[label.session];
    return {
      kind,
      instant,
      wasKilled,
      actedForMs: after?.actedForMs ?? new Map(),
      different: [...ended, ...(after?.different ?? [])],
      left: session === undefined ? [] : await cleanUp(scene.engine, session),
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

/** The components that are there; pid 0: it has ended. */
async function boxesOf(engine: Engine, found: readonly Found[]): Promise<readonly Box[]> {
  const components = found.filter((one) => one.what === "container" && one.labels[label.kind] === "component");
  return (await statesOf(engine, components)).map(({ id, labels, pid }) => ({ name: labels[label.name] ?? "", containerId: id, pid }));
}

async function pidsOf(engine: Engine, found: readonly Found[], kind: Killed): Promise<readonly number[]> {
  const kinds: readonly string[] =
    kind === "harness" ? [] : kind === "harness and agents" ? ["agent", "vantage"] : ["agent", "vantage", "standby", "keeper"];
  const due = found.filter((one) => one.what === "container" && kinds.includes(one.labels[label.kind] ?? ""));
  return (await statesOf(engine, due)).map(({ pid }) => pid).filter((pid) => pid > 0);
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It had ended by itself.
  }
}

interface Killing {
  readonly before: Look;
  readonly killedAt: number;
  readonly acting: ReadonlySet<string>;
}

async function watchEnd({ onlooker, plan }: Scene, boxes: readonly Box[], { before, killedAt, acting }: Killing) {
  const patienceMs = Math.max(...plan.changes.map(({ leaseMs }) => leaseMs)) + 2 * calmMs;
  const actedForMs = new Map<string, number | undefined>([...acting].map((id) => [id, 0]));
  let calmSince = killedAt;
  for (;;) {
    const now = await onlooker.look(boxes);
    const lookedAt = performance.now();
    const still = plan.changes.filter((change) => acts(change, before[change.apply.at.component], now[change.apply.at.component]));
    const isOver = lookedAt - killedAt > patienceMs;
    for (const { id } of still) actedForMs.set(id, isOver ? undefined : lookedAt - killedAt);
    if (still.length > 0) calmSince = lookedAt;
    if (isOver || lookedAt - calmSince > calmMs) return { actedForMs, different: differences(before, now) };
    await pause(lookEveryMs);
  }
}

async function cleanUp(engine: Engine, session: string): Promise<readonly string[]> {
  const { code, output } = await call(["cleanup", "--session", session]);
  const left = (await findOurs(engine, session)).map(({ what, name }) => `${what} ${name}`);
  return [...(code === 0 ? [] : [`cleanup ended with ${code}: ${output}`]), ...left];
}

export const instantWords = (instant: Instant): string =>
  "step" in instant
    ? `at step ${instant.step}`
    : "afterMs" in instant
      ? `after ${Math.round(instant.afterMs)} ms`
      : `${instant.afterShotMs} ms after the first shot`;
