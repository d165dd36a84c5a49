// One run on the model: what most tests of `run` begin with.
import { seededRandom } from "../../src/drivers/sim/random.ts";
import { type SimOptions, SimWorld } from "../../src/drivers/sim/sim-world.ts";
import { type MemoryJournal, memoryJournal } from "../../src/journal/memory.ts";
import type { Clock } from "../../src/model/clock.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { JournalRecord, RecordOf } from "../../src/model/record.ts";
import type { World } from "../../src/model/world.ts";
import { conduct } from "../../src/run/conduct.ts";
import type { RunEnd, RunEvent } from "../../src/run/run-end.ts";
import { virtualClock } from "../../src/run/virtual-clock.ts";

export interface Simulated {
  readonly end: RunEnd;
  readonly journal: MemoryJournal;
  readonly sim: SimWorld;
  readonly events: readonly RunEvent[];
}

export interface Setting extends SimOptions {
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly keep?: boolean;
  /** Puts something between the run and the model. */
  readonly around?: (sim: SimWorld, clock: Clock) => World;
  readonly on?: (event: RunEvent, sim: SimWorld) => void;
  readonly journal?: MemoryJournal;
  readonly clock?: Clock;
}

export async function simulate(plan: Plan, setting: Setting = {}): Promise<Simulated> {
  const clock = setting.clock ?? virtualClock();
  const seed = setting.seed ?? 1;
  const sim = new SimWorld(clock, seededRandom(seed), setting);
  const journal = setting.journal ?? memoryJournal();
  const events: RunEvent[] = [];
  const on = (event: RunEvent): void => {
    events.push(event);
    setting.on?.(event, sim);
  };
  const world = setting.around?.(sim, clock) ?? sim;
  const end = await conduct(plan, world, clock, journal, {
    run: "r1",
    seed,
    on,
    ...(setting.signal && { signal: setting.signal }),
    ...(setting.keep !== undefined && { keep: setting.keep }),
  });
  return { end, journal, sim, events };
}

export const of = <Type extends JournalRecord["type"]>(records: readonly JournalRecord[], type: Type): readonly RecordOf<Type>[] =>
  records.filter((record): record is RecordOf<Type> => record.type === type);

/** When a phase began or ended last. */
export const phaseAt = (records: readonly JournalRecord[], phase: string, edge: "begin" | "end"): number =>
  of(records, "phase").findLast((record) => record.phase === phase && record.edge === edge)?.at ?? Number.NaN;

/** Samples of an instance that were scheduled in a span. */
export const samplesOf = (records: readonly JournalRecord[], instance: string, fromMs: number, toMs: number) =>
  of(records, "samples")
    .filter((record) => record.instance === instance)
    .flatMap(({ rows }) => rows)
    .filter(([at]) => at >= fromMs && at < toMs);

/** A world with single calls replaced. */
export const instead = (world: World, calls: Partial<World>): World => ({
  kind: world.kind,
  start: (...given) => world.start(...given),
  digest: () => world.digest(),
  arm: (plan) => world.arm(plan),
  observe: (sink) => world.observe(sink),
  lease: (change) => world.lease(change),
  fire: (...given) => world.fire(...given),
  undo: (change) => world.undo(change),
  release: (change) => world.release(change),
  stopObserving: () => world.stopObserving(),
  disarm: () => world.disarm(),
  logs: () => world.logs(),
  stop: () => world.stop(),
  ...calls,
});
