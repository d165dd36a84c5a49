// From a path in the data ("faults", 0, "writeIops") to the place in the text where a person can mend it.
import { type Document, isCollection, isMap, isPair, isScalar, isSeq } from "yaml";
import type { Problem } from "../model/problem.ts";
import type { ProblemCode } from "../model/problem-code.ts";

/** Each is looked up in the text and shown with its line: a program that writes thousands of mistakes gets no more than a person could mend. */
export const mostProblems = 50;

export type DataPath = readonly PropertyKey[];

/** A mistake before it has a place. `part` says whether the key or the value is marked; the key may be absent from `path`'s mapping only for "value". */
export interface Mistake {
  readonly path: DataPath;
  readonly part: "key" | "value";
  readonly code: ProblemCode;
  readonly message: string;
}

export interface Positions {
  readonly file: string;
  problem(mistake: Mistake): Problem;
}

/** Positions in a YAML text. */
export function yamlPositions(file: string, text: string, document: Document): Positions {
  return {
    file,
    problem: ({ path, part, code, message }) => textProblem(file, text, rangeOf(document, path, part), code, message),
  };
}

/** Positions in data that a program made: the path itself stands for the line. */
export function dataPositions(file: string): Positions {
  return {
    file,
    problem: ({ path, code, message }) => {
      const source =
        path.length === 0
          ? "(the whole)"
          : path.map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${String(step)}`)).join("");
      return { file, line: 1, column: 1, length: source.length, code, message, source };
    },
  };
}

/** Counts lines itself: the parser's own count is unfinished where it gave up in the middle of a text. */
export function textProblem(file: string, text: string, range: readonly [number, number], code: ProblemCode, message: string): Problem {
  const start = Math.min(range[0], text.length);
  const lineStart = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", start);
  const source = withoutUsers(text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd).replace(/\r$/u, ""));
  const line = text.slice(0, start).split("\n").length;
  const column = Math.min(start - lineStart, source.length) + 1;
  return { file, line, column, length: Math.max(1, Math.min(range[1] - range[0], source.length - column + 1)), code, message, source };
}

/** The user and the password of a URL are nobody's business, also where the mistake is that they are there; each letter keeps its place. */
const withoutUsers = (line: string): string =>
  line.replaceAll(/:\/\/([^\s/@"']+)@/gu, (_, user: string) => `://${"·".repeat(user.length)}@`);

/** The deepest part of the path that the text has. */
function rangeOf(document: Document, path: DataPath, part: "key" | "value"): readonly [number, number] {
  let node: unknown = document.contents;
  let found = nodeRange(node) ?? [0, 1];
  for (const [index, step] of path.entries()) {
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) return found;
      const key = nodeRange(pair.key);
      found = (last && part === "key" ? key : nodeRange(pair.value)) ?? key ?? found;
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number") {
      node = node.items[step];
      found = nodeRange(node) ?? found;
    } else return found;
  }
  return found;
}

/** Where a node stands. A block mapping or list is marked at its first key or item, not over many lines. */
function nodeRange(node: unknown): [number, number] | undefined {
  if (isCollection(node) && !node.flow) {
    const first: unknown = node.items[0];
    return nodeRange(isPair(first) ? first.key : first);
  }
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range)) return undefined;
  const [start, end]: unknown[] = node.range;
  return typeof start === "number" && typeof end === "number" && end > start ? [start, end] : undefined;
}

/** Each replica may stumble over the same word: one place and one code are one problem. */
export function refused(mistakes: readonly Mistake[], positions: Positions): { readonly ok: false; readonly problems: readonly Problem[] } {
  const first = new Map<string, Problem>();
  const causes = new Set<string>();
  for (const mistake of mistakes) {
    const { path, part, code, message } = mistake;
    const cause = JSON.stringify([path.map(String), part, code, code === "missing-option" ? message : ""]);
    if (causes.has(cause)) continue;
    causes.add(cause);
    const problem = positions.problem(mistake);
    const key = JSON.stringify([problem.line, problem.column, problem.code, problem.code === "missing-option" ? problem.message : ""]);
    if (!first.has(key)) first.set(key, problem);
    if (first.size === mostProblems) break;
  }
  return { ok: false, problems: [...first.values()].toSorted((one, other) => one.line - other.line || one.column - other.column) };
}
