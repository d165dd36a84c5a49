// One mistake in a file the user wrote, with its place. All problems of a file are reported at once.

import type { ProblemCode } from "./problem-code.ts";

export interface Problem {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** Length of the marked text in characters, at least 1. */
  readonly length: number;
  readonly code: ProblemCode;
  readonly message: string;
  /** The line of the file, for the excerpt. */
  readonly source: string;
}

/** Of a line longer than any screen is wide only what surrounds the mark is shown. */
const excerptLength = 240;
const before = 40;

/** `file:9:38 message` and the marked line below it. Whatever a terminal would obey stands there as a dot, whoever wrote it. */
export function formatProblem(problem: Problem): string {
  const gutter = `${problem.line} | `;
  const from = problem.source.length <= excerptLength ? 0 : Math.max(0, problem.column - 1 - before);
  const excerpt = problem.source.slice(from, from + excerptLength);
  const column = problem.column - 1 - from;
  const marks = "^".repeat(Math.max(1, Math.min(problem.length, excerpt.length - column)));
  return [
    harmless(`${problem.file}:${problem.line}:${problem.column} ${problem.message}`),
    `  ${gutter}${harmless(excerpt)}`,
    `  ${" ".repeat(gutter.length - 2)}| ${" ".repeat(Math.max(0, column))}${marks}`,
  ].join("\n");
}

const harmless = (text: string): string => text.replaceAll(/\p{Cc}/gu, "\u00b7");
