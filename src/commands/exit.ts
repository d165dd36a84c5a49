// How the program ends when it cannot end well: what is said, and which exit code. A crash is 4, or 5 while a lease is open, never 1.
import { messageOf, PlanefaultError } from "../model/error.ts";
import { type Hiding, hidingNothing } from "../model/hiding.ts";
import type { JournalRecord } from "../model/record.ts";

const openLeases = new Set<string>();

/** Told what goes into a run's journal, in which a lease stands before its shot and ends when the undo was seen. */
export function noteLease(run: string, record: JournalRecord): void {
  if (record.type !== "lease") return;
  if (record.state === "taken") openLeases.add(`${run} ${record.change}`);
  else openLeases.delete(`${run} ${record.change}`);
}

const hidings: Hiding[] = [];

/** Told of each plan before anything is started for it: what is said of an error then hides what the plan hides. */
export function noteHiding(hiding: Hiding): void {
  hidings.push(hiding);
}

/** The words of an error without what any plan so far hides. */
export const withoutHidden = (text: string): string => [hidingNothing(), ...hidings].reduce((rest, hiding) => hiding.text(rest), text);

const leaseIsOpen = (): boolean => openLeases.size > 0;

export function exitCodeOf(error: unknown): number {
  if (leaseIsOpen()) return 5;
  // Two errors at once (a run and the removal of its target): the worse one counts, and none hides the other.
  if (error instanceof SuppressedError) return Math.max(exitCodeOf(error.error), exitCodeOf(error.suppressed));
  return error instanceof PlanefaultError ? error.exitCode : 4;
}

let targetStarted = false;

/** Told before a target starts: up to then there is nothing that could be left broken. */
export function noteTarget(): void {
  targetStarted = true;
}

/** The second Ctrl-C. Agents and keeper undo what they hold as soon as we are gone. */
export function leaveAtOnce(): never {
  if (!targetStarted) {
    process.stderr.write("planefault: ended at once; no target was started\n");
    process.exit(4);
  }
  process.stderr.write("planefault: ended before everything was undone; run `planefault cleanup`\n");
  process.exit(5);
}

/** The message, its causes and the hint on stderr; the stack only with PLANEFAULT_DEBUG set. */
export function sayError(error: unknown): void {
  const lines = [`planefault: ${messageOf(error)}`];
  for (let cause = causeOf(error); cause !== undefined; cause = causeOf(cause)) lines.push(`  because: ${messageOf(cause)}`);
  if (error instanceof Error && "hint" in error && typeof error.hint === "string") lines.push(`  hint: ${error.hint}`);
  if (process.env["PLANEFAULT_DEBUG"] !== undefined && error instanceof Error) lines.push(String(error.stack));
  if (leaseIsOpen()) lines.push("  a fault may still be in place: run `planefault cleanup`");
  process.stderr.write(`${withoutHidden(lines.join("\n"))}\n`);
}

const causeOf = (error: unknown): unknown => {
  if (error instanceof SuppressedError) return error.suppressed;
  return error instanceof Error ? error.cause : undefined;
};
