// `planefault triage`: the one question about a target that runs: does traffic flow, can it be changed, can it be seen and reached? Answered in a few seconds, with what says so.
import type { EventEmitter } from "node:events";
import type { Guest } from "../drivers/docker/guest.ts";
import type { RunningTarget } from "../drivers/docker/running-targets.ts";
import { type Glance, glance } from "../judge/glance.ts";
import { formatDuration } from "../model/duration.ts";
import { PlanefaultError } from "../model/error.ts";
import { hidingOf } from "../model/hiding.ts";
import type { Plan } from "../model/plan.ts";
import type { ProbeInstance, SignalInstance } from "../model/probe.ts";
import type { JournalRecord } from "../model/record.ts";
import { glanceExitCode, glanceText } from "../report/glance.ts";
import { type MonotonicClock, monotonicClock } from "../run/clock.ts";
import { interruptible } from "../run/interrupt.ts";
import { leaveAtOnce, noteHiding } from "./exit.ts";
import { planToWatch } from "./find-target.ts";
import { guestProbes } from "./guest-probes.ts";
import type { Guests } from "./guests.ts";
import { harnessWords } from "./harness-words.ts";

export interface TriageOptions {
  readonly variant?: string;
  /** Which of several, as `plan --live` and `cleanup` name them. */
  readonly session?: string;
  /** Milliseconds that an answer is waited for. */
  readonly patience?: number;
  readonly json?: boolean;
}

export interface TriagePorts {
  readonly out: (text: string) => void;
  readonly screen: { write(text: string): unknown };
  readonly signals: EventEmitter;
  readonly clock: () => MonotonicClock;
  readonly guests: (report: (line: string) => void, signal: AbortSignal) => Guests;
}

/** From the first question to the engine on. Its start of those who look takes what it takes; where that is half of this, all that follows hurries enough. */
const answerMs = 5_000;
/** Samples are taken for this long; what is under way then is waited for. */
const lookMs = 1_200;
/** For so much longer where one bad sample stands alone and there is time: another sample of each at least. */
const secondLookMs = 800;
const usualPatienceMs = 1_500;
/** What was asked last is waited for so long at least, however late it is. */
const leastWaitMs = 1_000;
/** For an answer that came at the last moment to get here, and to be put into words. */
const wayMs = 200;
const pollMs = 50;
/** Two or three samples of each: a look must not be felt. With 33 greetings a second, on two busy cores, users of etcd-app were late because of it. */
const everyMs = { least: 400, most: 600 } as const;

export async function triageCommand(word: string, options: TriageOptions, out: (text: string) => void): Promise<number> {
  const { guestsHere } = await import("./guests.ts");
  return triageWith(word, options, { out, screen: process.stderr, signals: process, clock: monotonicClock, guests: guestsHere });
}

/** 0 all three planes are fine, 1 one is impaired, 3 of one it cannot be told. */
export async function triageWith(word: string, options: TriageOptions, ports: TriagePorts): Promise<number> {
  const clock = ports.clock();
  const { patience: patienceMs = usualPatienceMs } = options;
  // So that a misspelt name is told before anything is asked of the engine.
  const { stack } = planToWatch(word, options.variant);
  if (stack.attach)
    throw new PlanefaultError("input", `triage looks at targets that planefault started, and ${stack.name} is ${stack.attach.what}`, {
      hint: `planefault observe ${word} watches it`,
    });
  using interrupt = interruptible(leaveAtOnce, ports.signals);
  const guests = ports.guests((line) => void ports.screen.write(`planefault: ${line}\n`), interrupt.signal);
  const everywhere = await guests.running(stack.name, undefined);
  const all = options.variant === undefined ? everywhere : everywhere.filter(({ variant }) => variant === options.variant);
  if (all.length === 0) throw noSuchTarget(stack.name, everywhere);
  const running = chosen(stack.name, all, options.session);
  const plan = planToWatch(word, running.variant);
  const hiding = hidingOf(plan);
  noteHiding(hiding);
  const records: JournalRecord[] = [];
  await using guest = await guests.open(running, plan.stack, clock);
  const startMs = clock.now();
  const { probes } = guestProbes(plan.probes);
  await guest.observe(
    { stack: plan.stack, ...hurried(probes, plan.signals, patienceMs) },
    (record) => void records.push(hiding.record(record)),
  );
  const seenSoFar = (): Glance => glance({ ...plan, probes, records, patienceMs, watchOnly: guest.watchOnly });
  await look(guest, probes, records, {
    clock,
    patienceMs,
    isPatient: options.patience !== undefined,
    signal: interrupt.signal,
    unclear: () => isUnclear(seenSoFar()),
  });
  const broken = records.find((record) => record.type === "error");
  if (broken) throw new PlanefaultError("target", `the target could not be watched: ${broken.message}`, { hint: "does it still run?" });
  const seen = seenSoFar();
  const tookMs = clock.now();
  // The answer does not wait until our agents are gone.
  if (options.json === true)
    ports.out(
      JSON.stringify({ version: 1, target: stack.name, ...running, watchOnly: guest.watchOnly, ...seen, tookMs: Math.round(tookMs) }),
    );
  else ports.out(triageText(plan, running, seen, { count: all.length, patienceMs, startMs, tookMs }));
  return glanceExitCode(seen);
}

function noSuchTarget(name: string, others: readonly RunningTarget[]): PlanefaultError {
  if (others.length === 0)
    return new PlanefaultError("target", `no target ${name} runs that planefault started`, {
      hint: `planefault observe ${name}, or planefault run --keep FILE, starts one`,
    });
  const variants = others.map(({ variant, session }) => `${variant ?? "no variant"} (session ${session})`);
  return new PlanefaultError("input", `${name} runs, but not in that variant`, { hint: `it runs in ${variants.join(", ")}` });
}

function chosen(name: string, all: readonly RunningTarget[], session: string | undefined): RunningTarget {
  const found = session === undefined ? all[0] : all.find((one) => one.session === session);
  if (found) return found;
  throw new PlanefaultError("input", `no target ${name} runs in session ${session}`, {
    hint: `it runs in ${all.map((one) => one.session).join(", ")}`,
  });
}

interface Waiting {
  readonly clock: MonotonicClock;
  readonly patienceMs: number;
  /** Whoever names a patience has the time for it. */
  readonly isPatient: boolean;
  readonly signal: AbortSignal;
  readonly unclear: () => boolean;
}

const isUnclear = ({ planes }: Glance): boolean => planes.some(({ instances }) => instances.some(({ unclear }) => unclear));

/** A probe that reads before it writes may have said nothing by then: it gets the time of one more answer, in which all that was asked before is decided, too. Then the rest is waited for no longer than that. */
async function look(guest: Guest, probes: readonly ProbeInstance[], records: readonly JournalRecord[], waiting: Waiting): Promise<void> {
  const { clock, patienceMs, isPatient, signal, unclear } = waiting;
  const heard = (): boolean => {
    const spoke = new Set(records.flatMap((record) => (record.type === "samples" ? [record.instance] : [])));
    return probes.every(({ instance }) => spoke.has(instance));
  };
  await clock.until(clock.now() + lookMs, signal);
  const hasTime = isPatient || clock.now() + secondLookMs + leastWaitMs + wayMs <= answerMs;
  if (hasTime && unclear()) await clock.until(clock.now() + secondLookMs, signal);
  const fullMs = clock.now() + patienceMs + wayMs;
  const endMs = isPatient ? fullMs : Math.max(clock.now() + leastWaitMs, Math.min(fullMs, answerMs - wayMs));
  while (!heard() && clock.now() < endMs) await clock.until(clock.now() + pollMs, signal);
  if (heard()) await atMost(endMs, guest.quiet(), clock, signal);
}

/** What is decided by then counts, also where somebody does not end. */
async function atMost(endMs: number, work: Promise<void>, clock: MonotonicClock, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  try {
    await Promise.race([work, clock.until(endMs, AbortSignal.any([signal, done.signal]))]);
  } finally {
    done.abort();
  }
}

function hurried(probes: readonly ProbeInstance[], signals: readonly SignalInstance[], patienceMs: number) {
  const hurry = <One extends ProbeInstance | SignalInstance>(one: One): One => ({
    ...one,
    everyMs: Math.min(Math.max(one.everyMs, everyMs.least), everyMs.most),
    deadlineMs: Math.min(one.deadlineMs, patienceMs),
  });
  return { probes: probes.map(hurry), signals: signals.map(hurry) };
}

const tenths = (ms: number): string => formatDuration(Math.round(ms / 100) * 100);

function triageText(
  plan: Plan,
  running: RunningTarget,
  seen: Glance,
  { count, patienceMs, startMs, tookMs }: Readonly<Record<"count" | "patienceMs" | "startMs" | "tookMs", number>>,
): string {
  const ended = running.components.filter(({ state }) => state !== "running");
  const { greetings } = guestProbes(plan.probes);
  const asked = seen.planes.flatMap(({ instances }) => instances).some(({ why }) => /(?:no answer|nothing) within /u.test(why ?? ""));
  return [
    glanceText(plan.stack.name, seen),
    ...ended.map(({ name, state }) => `  component ${name} has ended: its container is ${state}`),
    ...(greetings.length === 0 ? [] : [`  of ${greetings.join(", ")} only the greeting was asked: nobody else has the key`]),
    ...(asked ? [`  --patience 10s waits longer for an answer than ${formatDuration(patienceMs)}`] : []),
    `  session ${running.session}, ${harnessWords[running.harness]}${count > 1 ? `; the newest of ${count}, --session names another` : ""}; answered in ${tenths(tookMs)}${tookMs > answerMs ? `: the engine took ${tenths(startMs)} to start those who look` : ""}`,
  ].join("\n");
}
