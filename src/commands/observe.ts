// `planefault observe`: a target, all its probes and signals, and nothing that breaks it. Starts the target where it does not run, and keeps it running in one terminal for the others.
import type { EventEmitter } from "node:events";
import { nobodyListens } from "../drivers/docker/engine.ts";
import type { RunningTarget } from "../drivers/docker/running-targets.ts";
import type { Journal } from "../journal/journal.ts";
import { glance } from "../judge/glance.ts";
import { PlanefaultError } from "../model/error.ts";
import { hidingOf } from "../model/hiding.ts";
import type { Plan } from "../model/plan.ts";
import type { JournalRecord } from "../model/record.ts";
import type { Stack } from "../model/stack.ts";
import { glanceText } from "../report/glance.ts";
import { type MonotonicClock, monotonicClock } from "../run/clock.ts";
import { boundedWorld } from "../run/deadline.ts";
import { Feed } from "../run/feed.ts";
import { interruptible } from "../run/interrupt.ts";
import { RunLog } from "../run/run-log.ts";
import { program } from "../setup/places.ts";
import { leaveAtOnce, noteHiding, noteTarget } from "./exit.ts";
import { planToWatch } from "./find-target.ts";
import { guestProbes } from "./guest-probes.ts";
import type { Guests } from "./guests.ts";
import { liveScreen, type Screen } from "./live-lanes.ts";
import { newRunId } from "./run-folder.ts";
import type { OpenSessions, Sessions } from "./sessions.ts";

export interface ObserveOptions {
  readonly variant?: string;
  /** Milliseconds; until Ctrl-C where it is not given. */
  readonly for?: number;
  readonly json?: boolean;
  readonly keep?: boolean;
}

export interface ObservePorts {
  readonly out: (text: string) => void;
  readonly screen: Screen;
  readonly signals: EventEmitter;
  readonly open: OpenSessions;
  readonly guests: (report: (line: string) => void, signal: AbortSignal) => Guests;
}

/** What is said at the end speaks of this time before it. */
const rememberedMs = 30_000;
const longestMs = 2 ** 31;
const lineEveryMs = 5_000;

export async function observeCommand(word: string, options: ObserveOptions, out: (text: string) => void): Promise<number> {
  const [{ guestsHere }, { dockerSessions }] = await Promise.all([import("./guests.ts"), import("./sessions.ts")]);
  return observeWith(word, options, { out, screen: process.stderr, signals: process, open: dockerSessions, guests: guestsHere });
}

/** 0 when it was ended by Ctrl-C or its time; what was seen is no verdict. */
export async function observeWith(word: string, options: ObserveOptions, ports: ObservePorts): Promise<number> {
  const plan = planToWatch(word, options.variant);
  const { stack } = plan;
  using interrupt = interruptible(leaveAtOnce, ports.signals);
  const report = (line: string): void => void ports.screen.write(`planefault: ${line}\n`);
  const guests = ports.guests(report, interrupt.signal);
  const running = (await runningTargets(guests, stack)).find(({ variant }) => variant === stack.variant);
  await using sessions = running ? undefined : await ports.open([stack], { keep: options.keep === true, report, signal: interrupt.signal });
  const clock = sessions?.clock?.() ?? monotonicClock();
  const live = liveScreen(ports.screen, { lineEveryMs });
  const records = new Recent();
  let watchOnly = false;
  try {
    const hiding = hidingOf(plan);
    noteHiding(hiding);
    const log = new RunLog(clock, options.json === true ? ndjson(ports.out) : silent, hiding, { on: live.on, signal: interrupt.signal });
    const feed = new Feed(plan, log);
    const accept = (record: JournalRecord): void => {
      feed.accept(record);
      records.add(hiding.record(record));
    };
    await using watched = running ? await visit(guests, running, plan, clock) : await start(sessions, plan, clock, log);
    ({ watchOnly } = watched);
    await watched.observe(accept);
    log.step(`watching ${stack.name}${options.for === undefined ? " until Ctrl-C" : ""}; in another terminal: ${program} triage ${word}`);
    if (running) log.step(`it runs in session ${running.session} already, and will go on; sshd is asked for its greeting only`);
    if (running && options.keep === true) log.step("--keep changes nothing: whoever started it decides how long it runs");
    await untilEnd(log, clock, options.for, interrupt.signal);
    await watched.quiet();
  } finally {
    live.close();
  }
  const seen = glance({
    ...plan,
    probes: running ? guestProbes(plan.probes).probes : plan.probes,
    records: records.all,
    patienceMs: longestMs,
    watchOnly,
  });
  if (options.json !== true) ports.out(`the last ${Math.round(records.spanMs / 1_000)} s\n${glanceText(stack.name, seen)}`);
  return 0;
}

/** A second copy beside one that is merely not seen would measure each other's load: where it cannot be told, none is started. */
async function runningTargets(guests: Guests, { name, variant }: Stack): Promise<readonly RunningTarget[]> {
  try {
    return await guests.running(name, variant);
  } catch (cause) {
    // Without an engine nothing runs, and the set-up that follows starts one.
    if (nobodyListens(cause)) return [];
    throw new PlanefaultError("engine", `whether ${name} runs already cannot be told, so none was started`, {
      cause,
      hint: `try again; ${program} doctor says how the engine is`,
    });
  }
}

interface Watched extends AsyncDisposable {
  readonly watchOnly: boolean;
  observe(sink: (record: JournalRecord) => void): Promise<void>;
  quiet(): Promise<void>;
}

async function visit(guests: Guests, running: RunningTarget, plan: Plan, clock: MonotonicClock): Promise<Watched> {
  const guest = await guests.open(running, plan.stack, clock);
  return {
    watchOnly: guest.watchOnly,
    observe: (sink) => guest.observe({ stack: plan.stack, probes: guestProbes(plan.probes).probes, signals: plan.signals }, sink),
    quiet: () => guest.quiet(),
    [Symbol.asyncDispose]: () => guest[Symbol.asyncDispose](),
  };
}

/** The same way as a run, with a plan that holds no change. */
async function start(sessions: Sessions | undefined, plan: Plan, clock: MonotonicClock, log: RunLog): Promise<Watched> {
  if (!sessions) throw new Error("a target that does not run needs a session to start it");
  noteTarget();
  const run = newRunId(Date.now(), Math.random);
  const world = boundedWorld(await sessions.world(plan.stack, { id: run, originNs: clock.originNs, clock, seed: 1 }), clock);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => log.phase("stop", () => world.stop()));
  await log.phase("start", () => world.start(plan.stack, (step) => log.step(step), log.stopping));
  const stop = undo.move();
  return {
    watchOnly: false,
    observe: async (sink) => {
      await world.arm(plan);
      await world.observe(sink);
    },
    quiet: async () => {
      await world.stopObserving();
      await world.disarm();
    },
    [Symbol.asyncDispose]: () => stop.disposeAsync(),
  };
}

/** Rejects where the target can no longer be watched. */
async function untilEnd(log: RunLog, clock: MonotonicClock, forMs: number | undefined, interrupt: AbortSignal): Promise<void> {
  try {
    await clock.until(forMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + forMs, log.stopping);
  } catch (error) {
    // The usual end.
    if (!interrupt.aborted) throw error;
  }
}

/** The newest records, since nobody knows how long somebody watches. */
class Recent {
  readonly #records: JournalRecord[] = [];

  get all(): readonly JournalRecord[] {
    return this.#records;
  }

  get spanMs(): number {
    return (this.#records.at(-1)?.at ?? 0) - (this.#records[0]?.at ?? 0);
  }

  add(record: JournalRecord): void {
    if (record.type !== "samples" && record.type !== "claims") return;
    this.#records.push(record);
    const kept = this.#records.findIndex(({ at }) => at >= record.at - rememberedMs);
    if (kept > 0) this.#records.splice(0, kept);
  }
}

const ndjson = (out: (text: string) => void): Journal => ({
  append: (record) => out(JSON.stringify(record)),
  sync: async () => undefined,
  close: async () => undefined,
});

const silent: Journal = ndjson(() => undefined);
