// Did the run come to its end in good order? What broke it is named once, however many later steps met it again.
import { type JournalRecord, unsteadyCode } from "../model/record.ts";

/** What the run itself found in its last baseline, where it injected nothing because of it. */
export const givenUp = (records: readonly JournalRecord[]): readonly string[] =>
  records.flatMap((record) => (record.type === "error" && record.code === unsteadyCode ? [record.message] : []));

export function incomplete(records: readonly JournalRecord[]): readonly string[] {
  const broken = brokenOff(records);
  const missing = (["baseline", "hold", "undo", "recover"] as const).filter(
    (phase) => !records.some((record) => record.type === "phase" && record.phase === phase && record.edge === "end"),
  );
  if (broken.length === 0 && missing.length > 0 && givenUp(records).length === 0) return [`phase ${missing.join(", ")} did not end`];
  return broken.length === 0 && !records.some(({ type }) => type === "end") ? ["the journal has no end"] : broken;
}

function brokenOff(records: readonly JournalRecord[]): readonly string[] {
  const ends: string[] = [];
  return records.flatMap((record) => {
    if (record.type === "aborted") return [`aborted: ${record.reason}`];
    if (record.type !== "error" || record.code === unsteadyCode) return [];
    if (ends.some((end) => record.message.endsWith(end))) return [];
    // "agent web is gone: its stream ended", and later "not every agent could quiet: web: agent web: its stream ended".
    const message = ends.map((end) => `: ${end.replace(goneWords, ": ")}`).reduce((text, end) => text.replaceAll(end, ""), record.message);
    if (goneWords.test(record.message)) ends.push(record.message);
    return [`error in phase ${record.phase}: ${message}`];
  });
}

const goneWords = / is gone: /u;
