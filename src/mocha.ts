// Experiments as mocha tests: `experiment(file)` is one test, `useTarget()` keeps targets running between the tests of a describe block.
import { type RunResult, whereOf } from "./commands/execute.ts";
import { loadPlan } from "./commands/load-plan.ts";
import { openSessions, run } from "./commands/run-experiment.ts";
import type { Sessions } from "./commands/sessions.ts";
import type { Plan } from "./model/plan.ts";
import type { Facts } from "./plan/facts.ts";
import { closingText } from "./report/text.ts";

export interface UsedTarget {
  /** What the machine can do; known once the target was set up. */
  readonly facts: Facts;
  /** Loads, plans and runs a file on the kept target, and resolves with what came of it, as expected or not. */
  run(file: string): Promise<RunResult>;
}

/** Starting, running and removing a target, with room for a cold set-up before the first one. */
const setUpMs = 20 * 60_000;
const aroundPhasesMs = 120_000;

async function goodPlan(file: string): Promise<Plan> {
  const planned = await loadPlan(file);
  if (!planned.ok) throw new Error(planned.problems);
  return planned.plan;
}

/** To be called inside `describe`: the target of the named experiments starts with the first run and is removed after the last test. */
export function useTarget(...files: readonly string[]): UsedTarget {
  let sessions: Sessions | undefined;
  before("planefault sets up", async function () {
    this.timeout(setUpMs);
    sessions = await openSessions(await Promise.all(files.map(goodPlan)));
  });
  after("planefault removes the target", async function () {
    this.timeout(aroundPhasesMs);
    await sessions?.[Symbol.asyncDispose]();
  });
  return {
    get facts() {
      return sessions?.facts ?? {};
    },
    run: async (file) => {
      if (!sessions) throw new Error("useTarget() belongs into a describe block, run() into a test");
      return await run(await goodPlan(file), { sessions });
    },
  };
}

export interface ExperimentOptions {
  /** A run that could not tell (exit 3: starved probers, no steady baseline) may be done so often; a refuted one never gets a second chance. Default 1. */
  readonly attempts?: number;
}

/** One test: the file's verdict must be the one that the file expects. On a used target, what the machine cannot run is skipped with the reason in the title. */
export function experiment(file: string, target?: UsedTarget, { attempts = 1 }: ExperimentOptions = {}): void {
  it(file, async function () {
    const planned = await loadPlan(file, target?.facts ?? {});
    if (!planned.ok && planned.lacks !== undefined) {
      if (this.test) this.test.title += ` (${planned.lacks})`;
      this.skip();
    }
    if (!planned.ok) throw new Error(planned.problems);
    const { plan } = planned;
    const { baselineMs, faultMs, recoveryMs } = plan.phases;
    this.timeout((target ? 0 : setUpMs) + attempts * (3 * baselineMs + faultMs + recoveryMs + aroundPhasesMs));
    for (let attempt = 1; ; attempt += 1) {
      const result = await (target ? target.run(file) : run(plan));
      if (result.verdict.asExpected && result.exitCode === 0) {
        // A reporter that shows no more than "passed" would hide that it could not tell at first.
        if (attempt > 1 && this.test) this.test.title += ` (attempt ${attempt})`;
        return;
      }
      const said = [closingText(plan, result.verdict, whereOf(result.folder, plan)), ...result.unwritten].join("\n");
      if (result.exitCode !== 3 || attempt >= attempts) throw new Error(said);
      process.stderr.write(`planefault: ${file} could not tell, attempt ${attempt} of ${attempts}: ${result.verdict.reason}\n`);
    }
  });
}
