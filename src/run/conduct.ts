// Conducts one experiment. The phases, in order; steps 8, 10 and the stop are reached whatever happens before them:
//
//  1. Plan       the plan goes into the journal, and with it all that the judge needs to know later.
//  2. Start      the target starts; roles are brought about. The state of everything that may be touched is read (digest).
//  3. Arm        toolboxes join, tables and handles open, places become identities. Nothing acts yet. Probes warm the target up.
//  4. Baseline   probes run until all is steady; where nothing becomes steady, nothing is injected.
//  5. Lease      the undo of each change is on disk and with the keeper ...
//  6. Fire       ... before it is shot at a scheduled instant. An answer that is lost counts as a hit.
//  7. Hold       later changes fire, short ones end; abort conditions and interrupts are heeded. Never ends early otherwise.
//  8. Undo       last shot first, every change, each with its own deadline, all errors kept.
//  9. Recover    the same probes watch the planes come back; the only phase that may end early.
// 10. Audit      probes stop, agents go, and the digest must equal the first one. Then the target stops.
// 11. Judging    is somebody else's: it needs only the journal.
import type { Journal } from "../journal/journal.ts";
import type { Clock } from "../model/clock.ts";
import { hidingOf } from "../model/hiding.ts";
import type { Plan } from "../model/plan.ts";
import type { World } from "../model/world.ts";
import { audit } from "./audit.ts";
import { baseline } from "./baseline.ts";
import { boundedWorld } from "./deadline.ts";
import { Feed } from "./feed.ts";
import { FireSchedule } from "./fire-schedule.ts";
import { hold } from "./hold.ts";
import { Owed } from "./owed.ts";
import { recover } from "./recover.ts";
import type { RunEnd, RunOptions } from "./run-end.ts";
import { RunLog } from "./run-log.ts";
import { State } from "./state.ts";
import { renewedBy } from "../model/digest.ts";
import { undoAll } from "./undo-all.ts";

/** A program just started answers several times slower than it will: compilers warm up, connections and pages are new. Seen: item reads late for two seconds. */
const warmUpMs = 3_000;

/** Never rejects: errors are journalled, and the end says what became of them. The caller closes the journal. */
export async function conduct(plan: Plan, world: World, clock: Clock, journal: Journal, options: RunOptions): Promise<RunEnd> {
  const log = new RunLog(clock, journal, hidingOf(plan), options);
  const owed = new Owed();
  const state = new State(log, owed);
  log.record({
    type: "run",
    at: clock.now(),
    version: 1,
    run: options.run,
    seed: options.seed,
    world: world.kind,
    startedAt: clock.startedAt,
    plan,
  });
  try {
    await programme(plan, boundedWorld(world, clock), log, owed, state, options);
  } catch {
    // Each phase has journalled its own error, and whatever was under way has been undone.
  }
  log.record({ type: "end", at: clock.now() });
  await log.sync().catch(() => {});
  return state.end();
}

async function programme(plan: Plan, world: World, log: RunLog, owed: Owed, state: State, options: RunOptions): Promise<void> {
  const { baselineMs, faultMs, recoveryMs } = plan.phases;
  const feed = new Feed(plan, log);
  await using last = new AsyncDisposableStack();

  last.defer(() => log.always("stop", () => state.stop(world, options.keep === true)));
  const before = await log.phase("start", () => state.start(world, plan.stack));

  last.defer(() => log.always("audit", async () => state.compared(await audit(world, before, renewedBy(owed.shot), log))));
  last.defer(() => log.tidy("audit", () => world.disarm()));
  last.defer(() => log.tidy("audit", () => world.stopObserving()));
  await log.phase("arm", async () => {
    await state.arm(world, plan);
    // Probing starts before the baseline does: the time that it takes to start is nobody's missed sample, and the first answers of a cold program are nobody's habit.
    await world.observe(feed.accept);
    await log.clock.until(log.clock.now() + warmUpMs, log.stopping);
  });

  const unsteady = await log.phase("baseline", () => baseline(feed, log, baselineMs), { lengthMs: baselineMs });
  if (unsteady !== undefined) return log.unsteady(unsteady);
  const baselineEndMs = log.clock.now();

  last.defer(async () => {
    if (owed.changes().length > 0) await log.always("undo", () => undoAll(world, owed, log));
  });
  const schedule = new FireSchedule(world, owed, log, plan.changes);
  const faultStartMs = await log.phase("fire", () => schedule.fireFirst());
  const abort = await log.phase("hold", () => hold(plan, schedule, feed, log, faultStartMs), { atMs: faultStartMs, lengthMs: faultMs });
  if (abort !== undefined) log.abort(abort);

  await log.phase("undo", () => undoAll(world, owed, log));
  const times = { baselineMs: [baselineEndMs - baselineMs, baselineEndMs], faultStartMs, undoneMs: log.clock.now() } as const;
  await log.phase("recover", () => recover(plan, feed, log, times), { lengthMs: recoveryMs });
}
