// The files of a report by name. Same journal, same bytes: nothing in them depends on when or where they are rendered but the paths that are given.
import { planOf } from "../judge/judge.ts";
import type { JournalRecord } from "../model/record.ts";
import type { Verdict } from "../model/verdict.ts";
import { htmlReport } from "./html.ts";
import { junitXml } from "./junit.ts";
import { type Where, reportText } from "./text.ts";

const verdictJson = (verdict: Verdict): string => `${JSON.stringify(verdict, undefined, 2)}\n`;

/** Without a plan (a journal that was torn in its first line) there is only the verdict to show. */
export function reportParts(records: readonly JournalRecord[], verdict: Verdict, where: Where): Readonly<Record<string, string>> {
  const plan = planOf(records);
  if (!plan) return { "verdict.json": verdictJson(verdict) };
  return {
    "verdict.json": verdictJson(verdict),
    "report.txt": reportText(plan, verdict, where),
    "junit.xml": junitXml(plan, verdict, records.at(-1)?.at ?? 0),
    "report.html": htmlReport(records, verdict),
  };
}
