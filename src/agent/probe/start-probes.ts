// Starts everything that one vantage measures: its probes, its signals and its own twin. The agent's main loop calls it for the `probe` command.
import type { Command } from "../../model/agent-protocol.ts";
import type { HttpRequest, ProbeInstance } from "../../model/probe.ts";
import type { JournalRecord } from "../../model/record.ts";
import { addressOf } from "./address.ts";
import { errorWord } from "./attempt.ts";
import type { StartAttempt } from "./attempt.ts";
import { attemptOf } from "./attempts.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { httpAttempt, readingOf, requestText } from "./http-attempt.ts";
import { httpConnections } from "./http-connections.ts";
import type { Connections } from "./http-connections.ts";
import { startIcmp } from "./icmp-loop.ts";
import { lagLimitMs, openLoop } from "./open-loop.ts";
import type { OpenLoop, Taken } from "./open-loop.ts";
import { createRecorder } from "./recorder.ts";
import type { Recorder } from "./recorder.ts";
import { seededFraction } from "./seeded.ts";
import { loadSsh2 } from "./ssh-attempt.ts";
import type { LoadedSsh2 } from "./ssh-attempt.ts";
import { startTwin } from "./twin.ts";
import type { Twin } from "./twin.ts";
import { watchNumbers } from "./watch-numbers.ts";

export type ProbeCommand = Extract<Command, { readonly do: "probe" }>;

export interface ProbeContext {
  /** Milliseconds on the run's clock. */
  readonly now: () => number;
  readonly emit: (record: JournalRecord) => void;
}

export interface RunningProbes {
  /** Schedules nothing more, waits at most the longest deadline for what is in flight, hands it all over and closes every socket. */
  stop(): Promise<void>;
}

/** What the loops of one vantage share. */
interface Session {
  readonly command: ProbeCommand;
  readonly context: ProbeContext;
  readonly recorder: Recorder;
  readonly connections: Connections[];
  readonly ssh2: LoadedSsh2 | undefined;
  readonly fail: (error: Error) => void;
}

const flushMs = 200;
/** Time for the agent to answer before the first sample is due. */
const leadMs = 20;
/** A deadline timer may be as late as the event loop. */
const graceMs = 250;

export function startProbes(command: ProbeCommand, context: ProbeContext): RunningProbes {
  checkCommand(command);
  const fail = (error: unknown): undefined => {
    const message = error instanceof Error ? errorWord(error) : String(error);
    context.emit({
      type: "error",
      at: Math.round(context.now() * 100) / 100,
      phase: "hold",
      code: "agent",
      message: `probes at ${command.vantage}: ${message}`,
    });
  };
  const needsSsh = command.probes.some(({ measurement }) => measurement.kind === "ssh");
  // Loaded before the first sample is due, since loading blocks the event loop.
  const loaded = needsSsh ? loadSsh2(command.sshKey).catch(fail) : Promise.resolve(undefined);
  const started = loaded.then((ssh2) => start(command, context, ssh2, fail)).catch(fail);
  let stopped: Promise<void> | undefined;
  return { stop: () => (stopped ??= started.then((running) => running?.stop())) };
}

function start(command: ProbeCommand, context: ProbeContext, ssh2: LoadedSsh2 | undefined, fail: (error: Error) => void): RunningProbes {
  const deadlines = [...command.probes, ...command.signals].map(({ deadlineMs }) => deadlineMs);
  const longestMs = Math.max(0, ...deadlines);
  const recorder = createRecorder(command.vantage, context.emit);
  const session: Session = { command, context, recorder, connections: [], ssh2, fail };
  const lastFlush = Promise.withResolvers<void>();
  let flushedAt = context.now();
  let ending = false;
  const twin: Twin = startTwin({
    now: context.now,
    floorMs: lagLimitMs(Math.min(longestMs, ...deadlines)),
    keepMs: longestMs + 2_000,
    failed: fail,
    tick: (at) => {
      if (at - flushedAt < flushMs && !ending) return;
      flushedAt = at;
      recorder.flush(at, twin);
      if (ending) lastFlush.resolve();
    },
  });
  const loops = [...command.probes.map((probe) => startProbe(probe, session)), ...startSignals(session)];
  return {
    stop: async () => {
      for (const loop of loops) loop.stop();
      await within(Promise.all(loops.map(({ drained }) => drained)), longestMs + graceMs);
      for (const loop of loops) loop.abandon();
      // One more tick of the twin (5 ms), so that its lag is known for the last samples too.
      ending = true;
      await lastFlush.promise;
      twin.stop();
      for (const connections of session.connections) connections.close();
    },
  };
}

function startProbe(probe: ProbeInstance, session: Session): OpenLoop {
  const { instance, everyMs, deadlineMs, measurement } = probe;
  const taken = session.recorder.samples(instance, deadlineMs);
  const { command, context, ssh2, fail } = session;
  const { addresses } = command;
  const schedule = { everyMs, deadlineMs, firstAt: firstAt(session, probe), taken, now: context.now };
  if (measurement.kind === "heartbeat" && command.watchOnly === true)
    return watchNumbers({ instance, measurement, reading: connect(session, measurement.read, "reused"), ...schedule });
  if (measurement.kind === "heartbeat") {
    const { write } = measurement;
    const writing = write && { request: write, connections: connect(session, write, "new") };
    return startHeartbeat({ instance, measurement, writing, reading: connect(session, measurement.read, "reused"), ...schedule });
  }
  if (measurement.kind === "icmp")
    return startIcmp({ address: addressOf(addresses, measurement.peer), sizeBytes: measurement.sizeBytes, failed: fail, ...schedule });
  const means = { addresses, ssh2, connect: (request: HttpRequest, kind: "new" | "reused") => connect(session, request, kind) };
  return loop(session, probe, attemptOf(probe, measurement, means), taken);
}

function startSignals(session: Session): readonly OpenLoop[] {
  return session.command.signals.map((signal) => {
    const request = { ...signal.request, expect: signal.healthy };
    const attempt = httpAttempt(signal.instance, request, "new", connect(session, request, "new"), readingOf);
    return loop(session, signal, attempt, session.recorder.claims(signal.instance, signal.deadlineMs));
  });
}

type Scheduled = Pick<ProbeInstance, "instance" | "everyMs" | "deadlineMs">;

/** Without an attempt (no ssh2, no key) every sample is missed: the prober's fault, never the target's. */
function loop(session: Session, scheduled: Scheduled, attempt: StartAttempt | undefined, taken: (taken: Taken) => void): OpenLoop {
  const { everyMs, deadlineMs } = scheduled;
  const unable = (sample: Taken): void => taken({ ...sample, tookMs: 0, outcome: "missed", detail: "no ssh2 or no key" });
  return openLoop({
    everyMs,
    deadlineMs,
    firstAt: firstAt(session, scheduled),
    countFrom: "send",
    start: attempt ?? unableAttempt,
    taken: attempt ? taken : unable,
    now: session.context.now,
  });
}

const unableAttempt: StartAttempt = (_n, settle) => {
  settle({ outcome: "failed", detail: undefined });
  return () => undefined;
};

/** Staggered over one period, so that instances do not all start in the same millisecond. */
function firstAt({ command, context }: Session, { instance, everyMs }: Pick<Scheduled, "instance" | "everyMs">): number {
  return context.now() + leadMs + seededFraction(command.seed, instance) * everyMs;
}

function connect(session: Session, request: HttpRequest, kind: "new" | "reused"): Connections {
  const connections = httpConnections(addressOf(session.command.addresses, request.endpoint), request.endpoint.port, kind);
  session.connections.push(connections);
  return connections;
}

/** At once, so that the command is refused instead of a probe being silent. */
function checkCommand({ probes, signals, addresses }: ProbeCommand): void {
  const check = (instance: string, request: HttpRequest): void => {
    addressOf(addresses, request.endpoint);
    requestText(request, "new", instance, 1);
  };
  for (const { instance, measurement } of probes) {
    if (measurement.kind === "http") check(instance, measurement.request);
    else if (measurement.kind === "heartbeat")
      [measurement.write, measurement.read].forEach((request) => request && check(instance, request));
    else addressOf(addresses, "peer" in measurement ? measurement.peer : measurement.endpoint);
  }
  for (const { instance, request } of signals) check(instance, request);
}

async function within(done: Promise<unknown>, limitMs: number): Promise<void> {
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, limitMs);
  await Promise.race([done, limit.promise]);
  clearTimeout(timer);
}
