// Starts k6, hands on what it measures while it runs, and ends it. The agent's session calls it for the `load` command.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Threshold } from "../../model/record.ts";
import { lagLimitMs } from "../probe/open-loop.ts";
import { createRecorder } from "../probe/recorder.ts";
import type { ProbeContext, RunningProbes } from "../probe/start-probes.ts";
import { startTwin } from "../probe/twin.ts";
import { k6Files, type LoadCommand, summaryFile } from "./k6-files.ts";
import { type Point, pointOf } from "./k6-points.ts";
import { startK6 } from "./k6-process.ts";
import { thresholdsIn } from "./k6-summary.ts";
import { rateReader, scriptReader, Tally } from "./readers.ts";

/** k6 itself needs about a third of a second; a script may set something up first. */
export const firstSampleDeadlineMs = 12_000;
const flushMs = 200;
/** k6 hands its samples on every 200 ms. */
const outputDelayMs = 1_000;

/** Resolves when the first sample has arrived, so that a baseline never waits for k6. */
export async function startLoad(command: LoadCommand, context: ProbeContext): Promise<RunningProbes> {
  const folder = mkdtempSync(join(tmpdir(), "planefault-load-"));
  const { files, argv } = k6Files(command);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const tally = new Tally();
  const sink = startSink(command, context, tally);
  const first = Promise.withResolvers<"sampled">();
  const watchers = new Set<() => void>();
  const k6 = startK6(argv, folder, (line) => {
    const point = pointOf(line, sink.metrics, context.now() - Date.now());
    if (!point) return;
    tally.count(point);
    sink.read(point);
    first.resolve("sampled");
    for (const watcher of watchers) watcher();
  });
  const close = async (): Promise<readonly Threshold[] | undefined> => {
    await k6.end();
    await sink.stop();
    const thresholds = thresholdsIn(read(join(folder, summaryFile)));
    rmSync(folder, { recursive: true, force: true });
    return thresholds;
  };
  const began = await Promise.race([first.promise, k6.ended, after(firstSampleDeadlineMs, "no sample within 12 s")]);
  if (began !== "sampled") {
    await close();
    throw new Error(`k6 makes no load: ${began}; ${k6.lastWords()}`);
  }
  let ending = false;
  const early = k6.ended.then(() => (ending ? undefined : context.now()));
  const settled = (until: number): Promise<unknown> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    watchers.add(() => void (tally.newestAt >= until && resolve()));
    return Promise.race([promise, k6.ended, after(until - context.now() + outputDelayMs, "")]);
  };
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const at = context.now();
    // Every request of the run is waited for: k6 goes on until the last one has its answer or its deadline.
    const deadlines = command.probes.map(({ deadlineMs }) => deadlineMs);
    if (deadlines.length > 0) await settled(at + Math.max(...deadlines));
    ending = true;
    const thresholds = await close();
    const endedAt = await early;
    // Words in good order are of requests that failed, which the samples tell.
    const words = endedAt !== undefined || (thresholds === undefined && command.load.kind === "script") ? k6.lastWords() : "";
    context.emit({
      type: "load",
      at: endedAt ?? at,
      end: endedAt === undefined ? "told" : "early",
      detail: [await k6.ended, words].filter((text) => text !== "").join("; "),
      iterations: tally.iterations,
      dropped: tally.dropped,
      ...(thresholds && { thresholds: [...thresholds] }),
    });
  };
  return { stop: () => (stopped ??= stop()) };
}

/** Records and twin of the place where k6 runs: what the machine held up there is no evidence. */
function startSink({ name, load, probes }: LoadCommand, { now, emit }: ProbeContext, tally: Tally) {
  const recorder = createRecorder(name, emit);
  const reader =
    load.kind === "rate"
      ? rateReader(probes, ({ instance, deadlineMs }) => recorder.samples(instance, deadlineMs))
      : scriptReader(name, tally, emit);
  const lastFlush = Promise.withResolvers<void>();
  let ending = false;
  let flushedAt = now();
  const deadlines = probes.map(({ deadlineMs }) => deadlineMs);
  const twin = startTwin({
    now,
    floorMs: lagLimitMs(Math.min(...deadlines)),
    keepMs: Math.max(0, ...deadlines) + 2 * outputDelayMs,
    failed: ({ message }) => emit({ type: "error", at: now(), phase: "hold", code: "agent", message: `twin of ${name}: ${message}` }),
    tick: (at) => {
      if (at - flushedAt < flushMs && !ending) return;
      flushedAt = at;
      reader.flush(at);
      recorder.flush(at, twin);
      if (ending) lastFlush.resolve();
    },
  });
  return {
    metrics: reader.metrics,
    read: (point: Point): void => reader.read(point),
    stop: async () => {
      ending = true;
      await lastFlush.promise;
      twin.stop();
    },
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

async function after<Word extends string>(ms: number, word: Word): Promise<Word> {
  return await new Promise((resolve) => setTimeout(() => resolve(word), Math.max(0, ms)).unref());
}
