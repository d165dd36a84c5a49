// The table of a series of crashes: for each kind of fault how often it acted when everything was killed, how long it went on, and what was left. Pure.
import type { Plan } from "../../src/model/plan.ts";
import type { Table } from "../../src/report/table.ts";
import { allowedMs, type Killed, killed } from "./series.ts";
import { instantWords, type Trial } from "./trial.ts";

/** Undefined: it acted to the end. */
const isLate = (ms: number | undefined, allowed: number | undefined): boolean =>
  allowed !== undefined && (ms ?? Number.POSITIVE_INFINITY) > allowed;

const dueWords = (allowed: number | undefined): string => (allowed === undefined ? "at cleanup" : `${allowed} ms`);

interface Row {
  readonly kind: Killed;
  readonly fault: string;
  readonly acted: number;
  readonly slowestMs: number;
  /** By when each of its changes has to be over. */
  readonly due: readonly string[];
  readonly late: number;
}

function rowsOf(plan: Plan, trials: readonly Trial[]): readonly Row[] {
  return killed.flatMap((kind) => {
    const own = trials.filter((trial) => trial.kind === kind && trial.wasKilled);
    if (own.length === 0) return [];
    return plan.faults.map(({ kind: fault }, index) => {
      const changes = plan.changes.filter((change) => change.fault === index);
      const ends = own.flatMap(({ actedForMs }) =>
        changes.flatMap((change) => (actedForMs.has(change.id) ? [{ ms: actedForMs.get(change.id), change }] : [])),
      );
      return {
        kind,
        fault,
        acted: ends.length,
        slowestMs: Math.max(0, ...ends.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY)),
        due: [...new Set(changes.map((change) => dueWords(allowedMs(kind, change))))],
        late: ends.filter(({ ms, change }) => isLate(ms, allowedMs(kind, change))).length,
      };
    });
  });
}

export function crashTable(plan: Plan, trials: readonly Trial[]): Table {
  return {
    title: "What went on after the kill",
    head: ["killed", "fault", "acted", "slowest end", "due", "not in time"],
    rows: rowsOf(plan, trials).map(({ kind, fault, acted, slowestMs, due, late }) => [
      kind,
      fault,
      String(acted),
      acted === 0 ? "" : slowestMs === Number.POSITIVE_INFINITY ? "never" : `${Math.round(slowestMs)} ms`,
      due.join(", "),
      late === 0 ? "" : String(late),
    ]),
  };
}

/** A row for each of them: how many trials it has, and how many kept every promise. */
export const seriesTable = (plan: Plan, trials: readonly Trial[]): Table => ({
  title: "Trials",
  head: ["killed", "trials", "before the run ended", "while a fault acted", "kept every promise"],
  rows: killed.flatMap((kind) => {
    const own = trials.filter((trial) => trial.kind === kind);
    if (own.length === 0) return [];
    const count = (is: (trial: Trial) => boolean): string => String(own.filter(is).length);
    return [
      [
        kind,
        String(own.length),
        count(({ wasKilled }) => wasKilled),
        count(({ actedForMs }) => actedForMs.size > 0),
        count((one) => complaintsOf(plan, [one]).length === 0),
      ],
    ];
  }),
});

/** Sentences: what broke the promises, with the instant at which it did. */
export function complaintsOf(plan: Plan, trials: readonly Trial[]): readonly string[] {
  return trials.flatMap((trial) => {
    const where = `${trial.kind} killed ${instantWords(trial.instant)}`;
    const late = plan.changes.flatMap((change) => {
      const { id, fault } = change;
      if (!trial.actedForMs.has(id)) return [];
      const ms = trial.actedForMs.get(id);
      if (!isLate(ms, allowedMs(trial.kind, change))) return [];
      return [`${where}: ${plan.faults[fault]?.kind} (${id}) ${ms === undefined ? "never ended" : `went on for ${Math.round(ms)} ms`}`];
    });
    return [
      ...late,
      ...trial.different.map((line) => `${where}: not as before: ${line}`),
      ...trial.left.map((line) => `${where}: left: ${line}`),
    ];
  });
}
