// The programmatic run, as the command line, other programs and planefault/mocha use it: one plan, one result; set-up and target are the caller's to keep or ours to end.
import type { Plan } from "../model/plan.ts";
import type { RunEvent } from "../run/run-end.ts";
import { execute, type RunResult } from "./execute.ts";
import { dockerSessions, type Sessions } from "./sessions.ts";

export interface RunExperimentOptions {
  /** Where the run's folder goes; "reports" by default. */
  readonly reports?: string;
  /** Taken from the clock by default; in the journal either way. */
  readonly seed?: number;
  /** Aborting it ends the run in good order: everything is undone, audited and stopped. */
  readonly signal?: AbortSignal;
  readonly on?: (event: RunEvent) => void;
  /** Opened by `openSessions`, so that a target can serve several runs; without it the target is started and removed for this run. */
  readonly sessions?: Sessions;
  /** With `sessions`: the target goes on for their next run (default). */
  readonly keep?: boolean;
}

/** Sets up what is missing, runs the plan on real containers and judges it. Rejects only where nothing could be run; a refuted hypothesis is a value. */
export async function run(plan: Plan, options: RunExperimentOptions = {}): Promise<RunResult> {
  await using own = new AsyncDisposableStack();
  const signal = options.signal ?? new AbortController().signal;
  const sessions = options.sessions ?? own.use(await openSessions([plan], signal));
  return await execute(plan, {
    reports: options.reports ?? "reports",
    seed: options.seed ?? Date.now() % 2 ** 31,
    signal,
    keep: options.sessions !== undefined && options.keep !== false,
    on: options.on ?? (() => {}),
    sessions,
  });
}

/** What the plans' targets need is set up now; targets start with their first run and end when the sessions are disposed of. */
export const openSessions = (plans: readonly Plan[], signal: AbortSignal = new AbortController().signal): Promise<Sessions> =>
  dockerSessions(
    plans.map(({ stack }) => stack),
    { keep: false, report: (line) => process.stderr.write(`planefault: ${line}\n`), signal },
  );
