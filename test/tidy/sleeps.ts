// No sleep in place of a condition: a fixed time is too short on a busy machine and too long on every other. A short period between two looks is none, where the loop around it has a deadline.
import type { SourceFile } from "./checks.ts";

const longestPeriodMs = 50;
/** Characters around a pause in which its loop and its deadline stand. */
const around = { before: 800, after: 100 } as const;
const loop = /\b(?:while|for)\s*\(/u;
const deadline = /deadline|endAt|until|now\(\)|signal/iu;

/** A promise that only waits, and callbacks that do nothing but go on. */
const byHand = [
  /\bnew Promise(?:<\w+>)?\(\s*(?:async\s*)?\(?\w+[^)]*\)?\s*=>[^;]{0,20}\bsetTimeout\([^;]*?,\s*(?<ms>\d[\d_]*)\s*\)/gu,
  /\bsetTimeout\(\s*(?:resolve|r|done)\s*,\s*(?<ms>\d[\d_]*)/gu,
  /\bscheduler\.wait\(\s*(?<ms>\d[\d_]*)/gu,
] as const;
const imported = /import\s*\{(?<names>[^}]*)\}\s*from\s*"(?:node:)?timers\/promises"/gu;

/** What `setTimeout` of timers/promises is called here. */
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(imported)].flatMap(({ groups }) => {
    const found = /\bsetTimeout(?:\s+as\s+(?<name>\w+))?/u.exec(groups?.["names"] ?? "");
    return found ? [found.groups?.["name"] ?? "setTimeout"] : [];
  });

const excused: Readonly<Record<string, string>> = {
  "test/tidy.test.ts": "holds the canaries",
};

export function sleepFaults({ path, text }: SourceFile): readonly string[] {
  if (Object.hasOwn(excused, path)) return [];
  const byName = namesIn(text).map((name) => new RegExp(`\\b${name}\\(\\s*(?<ms>\\d[\\d_]*)`, "gu"));
  const lines = [...byHand, ...byName].flatMap((pattern) =>
    [...text.matchAll(pattern)].filter((found) => !isPeriod(text, found)).map(({ index }) => text.slice(0, index).split("\n").length),
  );
  return [...new Set(lines)].map((line) => `${path}:${line}: no sleep in place of a condition`);
}

function isPeriod(text: string, { index, groups }: RegExpExecArray): boolean {
  const near = text.slice(Math.max(0, index - around.before), index + around.after);
  return Number(groups?.["ms"]?.replaceAll("_", "")) <= longestPeriodMs && loop.test(near) && deadline.test(near);
}
