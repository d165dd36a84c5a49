// A run on the model in which single calls go wrong, and what must hold of it whichever they were.
import { runExitCode } from "../../src/commands/execute.ts";
import { recordedExitCode } from "../../src/commands/recorded-exit-code.ts";
import { type Mishap, withMishaps } from "../../src/drivers/sim/mishap.ts";
import { judge } from "../../src/judge/judge.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { virtualClock } from "../../src/run/virtual-clock.ts";
import { of, type Simulated, simulate } from "./simulate.ts";

export interface Disturbed extends Simulated {
  /** Names, in their order. */
  readonly calls: readonly string[];
  /** The target, when the run had ended. */
  readonly isRunning: boolean;
  /** Changes that acted at some call while no keeper held their undo. */
  readonly unheld: readonly string[];
  /** What still acts when the keeper, or `cleanup` after it, has ended every lease that was left. */
  readonly outlasting: readonly string[];
}

/** What was ended needs this long until its supervisor has brought it back. */
const backMs = 1_000;

export async function disturbed(plan: Plan, mishaps: readonly Mishap[] = []): Promise<Disturbed> {
  const clock = virtualClock();
  const calls: string[] = [];
  const unheld = new Set<string>();
  const ran = await simulate(plan, {
    clock,
    around: (sim) =>
      withMishaps(sim, mishaps, (name) => {
        calls.push(name);
        for (const change of sim.actingChanges()) if (!sim.leases.has(change)) unheld.add(change);
      }),
  });
  const isRunning = ran.sim.isRunning();
  const outlasting = await endLeases(ran, clock);
  // Where the run could not, since the probes of the model never end by themselves.
  await ran.sim.stop();
  return { ...ran, calls, isRunning, unheld: [...unheld], outlasting };
}

async function endLeases({ sim, end }: Simulated, clock: ReturnType<typeof virtualClock>): Promise<readonly string[]> {
  // What was removed took everything along.
  if (end.removed) return [];
  const left = [...sim.leases];
  sim.endLeases();
  await clock.until(clock.now() + backMs);
  const outlasting = sim.actingChanges();
  for (const change of left) sim.leases.add(change);
  return outlasting;
}

const isSaid = ({ end }: Simulated): boolean => end.leaked.length + end.undoNotProved.length > 0;

/** Everything that is wrong with how the run ended, as sentences. */
export function complaintsAbout(run: Disturbed): readonly string[] {
  const { sim, end, journal, unheld, outlasting } = run;
  const said = isSaid(run);
  const words = [
    ...end.undoNotProved,
    ...end.leaked.flatMap(({ key, after }) => `${key} ${after}`),
    ...end.errors.map(({ message }) => message),
  ];
  const unnamed = [...sim.leases].filter((change) => !words.some((text) => text.split(/[^a-z0-9]/u).includes(change)));
  return [
    ...(sim.leftAtStop.length > 0 && !said ? [`left ${sim.leftAtStop.join(", ")} unsaid`] : []),
    ...(run.isRunning && !said ? ["the target still runs, unsaid"] : []),
    ...(unheld.length > 0 ? [`${unheld.join(", ")} acted and nobody held the lease`] : []),
    ...(outlasting.length > 0 ? [`${outlasting.join(", ")} outlasts the end of all leases`] : []),
    ...(unnamed.length > 0 ? [`${unnamed.join(", ")} is still leased, and no word of the run names it`] : []),
    ...(of(journal.records, "end").length === 1 ? [] : ["the journal has not one end"]),
    ...falseVerdicts(run),
  ];
}

/** The plan's own predictions are right. */
function falseVerdicts(run: Disturbed): readonly string[] {
  const { journal, end } = run;
  const verdict = judge(journal.records);
  const exitCode = runExitCode(verdict, journal.records, end);
  const recorded = recordedExitCode(verdict, journal.records);
  const isClean = end.outcome === "completed" && verdict.outcome === "confirmed";
  return [
    ...(verdict.outcome === "refuted" ? [`what is right was refuted: ${verdict.reason}`] : []),
    // 1 would read as a refuted hypothesis; 0 stands only where the call made no difference to the evidence.
    ...([0, 3, 4, 5].includes(exitCode) ? [] : [`it ended with ${exitCode}`]),
    ...(isSaid(run) && exitCode !== 5 ? [`something may still be broken, and it ended with ${exitCode}`] : []),
    ...(exitCode === 0 && !isClean ? [`it ended with 0, and was ${end.outcome} and ${verdict.outcome}`] : []),
    ...(recorded === exitCode ? [] : [`judged again it ends with ${recorded}, not ${exitCode}`]),
  ];
}

/** The same journal, as if other predictions had been made: what is only predicted changes nothing in a run whose lines are symptoms. */
export const asIfPredicted = (records: readonly JournalRecord[], { predictions }: Plan): readonly JournalRecord[] =>
  records.map((record) => (record.type === "run" ? { ...record, plan: { ...record.plan, predictions } } : record));
