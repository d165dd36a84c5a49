// What the judge makes of one witness of one change, in three words.
import type { Change } from "../../src/model/op.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { JournalRecord, WitnessRow } from "../../src/model/record.ts";
import type { Witness } from "../../src/model/witness.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { judge } from "../../src/judge/judge.ts";
import { calm, diskPressure, journal } from "./journal-builder.ts";

export function stateOf(
  witness: Witness,
  measure: (at: number) => WitnessRow[1] | undefined,
  edit: (record: JournalRecord) => JournalRecord = (record) => record,
): string {
  const verdict = verdictOn(witness, measure, edit);
  const [found] = verdict.witnesses;
  const harm = verdict.assumptions.find(({ name }) => name === "no-bystander-harm");
  return `${found?.acted ? "acted" : "idle"} ${found?.gone ? "gone" : "there"} ${harm?.held === true ? "fair" : "harm"}`;
}

/** What the judge says of it. */
export const sentenceOf = (witness: Witness, measure: (at: number) => WitnessRow[1] | undefined): string =>
  verdictOn(witness, measure, (record) => record).witnesses[0]?.sentence ?? "";

/** What such a witness lets the judge call still broken. */
export const leaksSeen = (witness: Witness, measure: (at: number) => WitnessRow[1] | undefined): readonly string[] =>
  verdictOn(witness, measure, (record) => record).leaks;

function verdictOn(
  witness: Witness,
  measure: (at: number) => WitnessRow[1] | undefined,
  edit: (record: JournalRecord) => JournalRecord,
): Verdict {
  const change: Change = { ...(diskPressure.changes[0] as Change), id: "c1" };
  const plan: Plan = { ...diskPressure, changes: [change], witnesses: [witness] };
  // Canaries of which each has a row are many.
  const witnessEveryMs = witness.kind === "disturbance" ? 50 : 1_000;
  return judge(journal({ plan, behaviour: calm, witness: (_, at) => measure(at), witnessEveryMs, edit }));
}

/** The shot was answered only so long after it. */
export const shotEarlier =
  (ms: number) =>
  (record: JournalRecord): JournalRecord =>
    record.type === "fired" ? { ...record, scheduledAt: record.scheduledAt - ms } : record;
