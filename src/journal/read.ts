// Reads a journal back. Verdicts are computed from it, so each line is validated; only the last one may be torn, since a killed run tears it.
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { messageOf, PlanefaultError } from "../model/error.ts";
import { JournalRecord } from "../model/record.ts";

export interface TornLine {
  readonly line: number;
  readonly text: string;
}

export async function readJournal(path: string, onTorn: (torn: TornLine) => void = () => {}): Promise<readonly JournalRecord[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new PlanefaultError("input", `cannot read the journal ${path}: ${messageOf(cause)}`, {
      hint: "name a folder under reports/ or its journal.ndjson",
      cause,
    });
  }
  const { records, torn } = parseJournal(text, path);
  if (torn) onTorn(torn);
  return records;
}

/** `name` stands in error messages. */
export function parseJournal(
  text: string,
  name: string,
): { readonly records: readonly JournalRecord[]; readonly torn: TornLine | undefined } {
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  const records = lines.map((line, index) => {
    const parsed = parseLine(line);
    if (parsed.ok) return parsed.record;
    throw new PlanefaultError("input", `${name}:${index + 1} is not a journal record: ${parsed.why}`, {
      hint: "a journal is never edited; take the original, or run the experiment again",
    });
  });
  if (last === "") return { records, torn: undefined };
  const parsed = parseLine(last);
  return parsed.ok ? { records: [...records, parsed.record], torn: undefined } : { records, torn: { line: lines.length + 1, text: last } };
}

function parseLine(line: string): { readonly ok: true; readonly record: JournalRecord } | { readonly ok: false; readonly why: string } {
  try {
    const result = JournalRecord.safeParse(JSON.parse(line));
    return result.success ? { ok: true, record: result.data } : { ok: false, why: z.prettifyError(result.error).replaceAll("\n", " ") };
  } catch (cause) {
    return { ok: false, why: messageOf(cause) };
  }
}
