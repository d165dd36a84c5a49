// What may still be broken after the run. A leak is a failed result whatever the verdict says.
import { difference, renewedBy } from "../model/digest.ts";
import type { JournalRecord } from "../model/record.ts";
import type { Facts } from "./facts.ts";

type Facing = Pick<Facts, "plan" | "records" | "spans" | "witnesses">;

const digestOf = (records: readonly JournalRecord[], when: "before" | "after") =>
  records.findLast((record) => record.type === "digest" && record.when === when);

const show = (text: string | undefined) => (text === undefined ? "nothing" : JSON.stringify(text));

/** "etcd-1/limits: before none, after 20" per difference; undefined where one of the two was never read. */
export function foreignChanges({ plan, records }: Pick<Facts, "plan" | "records">): readonly string[] | undefined {
  const [before, after] = [digestOf(records, "before"), digestOf(records, "after")];
  if (before?.type !== "digest" || after?.type !== "digest") return undefined;
  return difference(before.digest, after.digest, renewedIn({ plan, records })).map(
    (one) => `${one.key} was ${show(one.before)} and is ${show(one.after)}`,
  );
}

/** Lines of the state that may differ, since a shot was fired that makes another process of one. */
export function renewedIn({ plan, records }: Pick<Facts, "plan" | "records">): ReadonlySet<string> {
  const fired = new Set(records.flatMap((record) => (record.type === "fired" ? [record.change] : [])));
  return renewedBy(plan.changes.filter(({ id }) => fired.has(id)));
}

export function leaksOf({ plan, records, spans, witnesses }: Facing): readonly string[] {
  const foreign = foreignChanges({ plan, records });
  const leaks = [
    ...(foreign ?? []),
    ...refusedShots(records).map(
      (change) => `${change} on ${placeOf(plan, change)} was refused, and that nothing of it acts is not proved`,
    ),
  ];
  for (const [change, { to }] of spans.acted) {
    const seen = witnesses.filter(({ changes }) => changes.includes(change));
    const at = placeOf(plan, change);
    if (seen.some(({ after }) => after === "still-acting")) leaks.push(`${change} on ${at} still acts although it was undone`);
    else if (to === undefined && !seen.some(({ after }) => after === "gone"))
      leaks.push(`${change} on ${at} was fired and its undo is not proved`);
    else if (foreign === undefined && !seen.some(({ after }) => after === "gone"))
      leaks.push(`${undoOf(records, change, at)} neither a witness nor the state after shows it`);
  }
  return leaks;
}

/** "c1 on web was undone", or why nobody knows. */
function undoOf(records: readonly JournalRecord[], change: string, at: string): string {
  const answers = records.flatMap((record) => (record.type === "undone" && record.change === change ? [record] : []));
  if (answers.some(({ answer }) => answer === "done")) return `${change} on ${at} was undone, but`;
  const detail = answers.at(-1)?.detail;
  return `the undo of ${change} on ${at} got no answer${detail === undefined ? "" : ` (${detail})`}, and`;
}

const placeOf = (plan: Facing["plan"], change: string): string => plan.changes.find(({ id }) => id === change)?.apply.at.component ?? "?";

/** Shots that may have failed half way, and whose undo was asked for in vain. */
function refusedShots(records: readonly JournalRecord[]): readonly string[] {
  const undone = (change: string) =>
    records.flatMap((record) => (record.type === "undone" && record.change === change ? [record.answer] : []));
  return records.flatMap((record) => {
    if (record.type !== "fired" || record.answer !== "refused") return [];
    const answers = undone(record.change);
    return answers.length > 0 && !answers.includes("done") ? [record.change] : [];
  });
}
