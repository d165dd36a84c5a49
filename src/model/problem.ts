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

/** `file:9:38 message` and the marked line below it. */
export function formatProblem(problem: Problem): string {
  const gutter = `${problem.line} | `;
  const marks = "^".repeat(Math.max(1, Math.min(problem.length, problem.source.length - problem.column + 1)));
  return [
    `${problem.file}:${problem.line}:${problem.column} ${problem.message}`,
    `  ${gutter}${problem.source}`,
    `  ${" ".repeat(gutter.length - 2)}| ${" ".repeat(problem.column - 1)}${marks}`,
  ].join("\n");
}
