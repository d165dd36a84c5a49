// Texts of a file that go on to somebody else: to a program as one of its words, into a line of a report, into a name that others look up.
import * as z from "zod";

/** A word of a command, or the value of a variable: whatever it says, it is handed over as it is. Only NUL ends it early, for every program there is. */
export const Word = z.string().refine((word) => !word.includes("\0"), { error: "no program can be given a NUL" });

/** What stands in one line of plans and reports. */
export const Line = z.string().regex(/^\P{Cc}*$/u, { error: "this is one line without control characters" });

/** For a mapping by names: stacks of more parts than one machine should have cost more than the plan is worth. */
export const atMost = (most: number, what: string) =>
  [(mapping: object): boolean => Object.keys(mapping).length <= most, { error: `at most ${most} ${what}` }] as const;
