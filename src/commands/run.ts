// `planefault run`: everything is loaded and planned first, so that bad input starts nothing; then one run after the other, each on disk at once.
import type { EventEmitter } from "node:events";
import { buildsOf, type Stack } from "../model/stack.ts";
import { interruptible } from "../run/interrupt.ts";
import { madeOf } from "../setup/made-of.ts";
import { experimentFiles } from "./experiment-files.ts";
import { leaveAtOnce } from "./exit.ts";
import type { Screen } from "./live-lanes.ts";
import { loadPlan, type PlannedFile } from "./load-plan.ts";
import { type GoodFile, Series } from "./series.ts";
import { dockerSessions, type OpenSessions } from "./sessions.ts";
import { taggedFiles } from "./tagged.ts";

export interface RunCommandOptions {
  readonly json?: boolean;
  readonly keep?: boolean;
  readonly seed?: number;
  readonly repeat: number;
  readonly resume?: boolean;
  readonly watch?: boolean;
  /** Bend each prediction afterwards and say which could not have failed. */
  readonly mutate?: boolean;
  /** Only experiments that have it. */
  readonly tag?: string;
  readonly reports: string;
}

/** What the command stands on; tests give a simulated world and read what it says. */
export interface RunPorts {
  /** Results. */
  readonly out: (text: string) => void;
  /** What a person sees meanwhile. */
  readonly screen: Screen;
  readonly open: OpenSessions;
  /** What runs on the stack are made with, as a hash. */
  readonly madeOf: (stack: Stack) => Promise<string>;
  /** Where Ctrl-C comes from. */
  readonly signals: EventEmitter;
}

export const runCommand = (words: readonly string[], options: RunCommandOptions, out: (text: string) => void): Promise<number> =>
  runWith(words, options, { out, screen: process.stderr, open: dockerSessions, madeOf: madeOfStack, signals: process });

const madeOfStack = (stack: Stack): Promise<string> => madeOf(stack.folder, buildsOf(stack));

/** Resolves to the exit code. */
export async function runWith(words: readonly string[], options: RunCommandOptions, ports: RunPorts): Promise<number> {
  const files = await taggedFiles(experimentFiles(words), options.tag);
  using interrupt = interruptible(leaveAtOnce, ports.signals);
  // Awaited here: what is returned unawaited outlives `using`.
  if (options.watch === true) return await (await import("./watch.ts")).watchFiles(files, options, ports, interrupt.signal);
  const planned = allGood(await Promise.all(files.map((file) => loadPlan(file))), ports.screen);
  if (!planned) return 2;
  const series = await Series.of(options, ports, interrupt.signal, planned);
  if (series.finished) return await series.end();
  const report = (line: string): void => void ports.screen.write(`planefault: ${line}\n`);
  await using sessions = await ports.open(
    planned.map(({ plan }) => plan.stack),
    { keep: options.keep === true, report, signal: interrupt.signal },
  );
  // Now it is known what this machine can do: what it cannot is left out of a series, by name, and refused where nothing else is left.
  const known = await Promise.all(files.map((file) => loadPlan(file, sessions.facts)));
  const able = known.filter((file) => file.ok || file.lacks === undefined);
  if (!allGood(able.length === 0 ? known : able, ports.screen)) return 2;
  series.leaveOut(known.flatMap((file) => (file.ok || file.lacks === undefined ? [] : [{ file: file.file, why: file.lacks }])));
  await series.run(sessions);
  return await series.end();
}

/** All problems of all files at once. */
function allGood(planned: readonly PlannedFile[], screen: Screen): readonly GoodFile[] | undefined {
  const bad = planned.filter((file) => !file.ok);
  if (bad.length > 0) screen.write(`${bad.map(({ problems }) => problems).join("\n\n")}\n`);
  return bad.length > 0 ? undefined : planned.filter((file) => file.ok);
}
