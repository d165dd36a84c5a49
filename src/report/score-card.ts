// Several runs on one screen: which experiments came out as expected, how often, and how long they took.
import type { Outcome } from "../model/verdict.ts";
import type { UnreadRun } from "./judged-run.ts";
import { columns } from "./table.ts";

export interface ScoredRun {
  readonly file: string;
  readonly outcome: Outcome;
  readonly asExpected: boolean;
  readonly reason: string;
  readonly seconds: number;
  /** Of the run, where it is known: 5 means that something may still be broken. */
  readonly exitCode?: number;
}

/** What this machine could not run. */
export interface SkippedFile {
  readonly file: string;
  readonly why: string;
}

export function scoreCard(runs: readonly ScoredRun[], skipped: readonly SkippedFile[] = []): string {
  const files = [...new Set(runs.map(({ file }) => file))];
  const rows = files.map((file) => {
    const ofFile = runs.filter((run) => run.file === file);
    const good = ofFile.filter(({ asExpected }) => asExpected).length;
    const leaked = ofFile.some(({ exitCode }) => exitCode === 5);
    const mean = ofFile.reduce((sum, { seconds }) => sum + seconds, 0) / ofFile.length;
    return [
      good === ofFile.length && !leaked ? "ok" : "NOT OK",
      file,
      [...new Set(ofFile.map(({ outcome }) => outcome))].join("/"),
      `${good}/${ofFile.length} as expected`,
      `${mean.toFixed(1)} s`,
      leaked ? "LEAK" : "",
    ];
  });
  const surprises = runs.filter(({ asExpected }) => !asExpected).map(({ file, outcome, reason }) => `  ${file}: ${outcome}, ${reason}`);
  const good = runs.filter(({ asExpected }) => asExpected).length;
  const time = runs.reduce((sum, { seconds }) => sum + seconds, 0);
  return `${[
    ...columns([
      ["", "experiment", "verdict", "expected", "mean", ""],
      ...rows,
      ...skipped.map(({ file }) => ["skipped", file, "", "", "", ""]),
    ]),
    ...(surprises.length > 0 ? ["", "Not as expected:", ...surprises] : []),
    ...(skipped.length > 0
      ? ["", "Skipped, since this machine cannot run them:", ...skipped.map(({ file, why }) => `  ${file}: ${why}`)]
      : []),
    "",
    `${good} of ${runs.length} runs as expected, ${files.length} experiments${skipped.length > 0 ? ` (${skipped.length} more skipped)` : ""}, ${time.toFixed(0)} s`,
  ].join("\n")}\n`;
}

/** Empty where there are none. */
export function unreadText(unread: readonly UnreadRun[], form: "text" | "markdown"): string {
  if (unread.length === 0) return "";
  const lines = unread.map(({ why }) => (form === "text" ? `  ${why}` : `- ${why}`));
  return `\nCould not be judged (${unread.length}):\n${form === "text" ? "" : "\n"}${lines.join("\n")}\n`;
}
