// What documents say about this repository must be so: each path that they name is there, and each promise names the tests that hold it. Pure: `Project` tells what is there.
import { posix } from "node:path";
import type { SourceFile } from "./checks.ts";

export interface Project {
  has(path: string): boolean;
  /** Text of a file that is there. */
  read(path: string): string;
}

/** Anything below a folder of ours. Placeholders (`<kind>`) and patterns (`*`) are no paths, nor is what lies in another folder (`../../schema`). */
const ours = /(?<![\w./<*-])(?:\.\/)?((?:\.ci|bench|docs|experiments|schema|setup|src|targets|test)\/[\w./@<>*-]*)/gu;
const link = /\]\((?!\w+:|#)([^)#]+)(?:#[^)]*)?\)/gu;

export function pathFaults({ path, text }: SourceFile, project: Project): readonly string[] {
  const named = [...text.matchAll(ours)].map(([, found = ""]) => found.replace(/[.-]+$/u, ""));
  const linked = [...text.matchAll(link)].map(([, found = ""]) => posix.join(posix.dirname(path), found));
  const all = new Set([...named.filter((found) => !/[<>*]/u.test(found)), ...linked]);
  return [...all].filter((found) => !project.has(found)).map((found) => `${path}: there is no ${found}`);
}

/** Rows `| promise | "test/x.test.ts" "title", ... |` of the README's table: files, not folders, and titles (or their beginnings) of tests in the file named before them. */
export function promiseFaults({ path, text }: SourceFile, project: Project): readonly string[] {
  const table = text.split("\n## Promises")[1]?.split("\n## ")[0] ?? "";
  const rows = table.split("\n").filter((line) => line.startsWith("| "));
  const promises = rows.slice(1);
  if (promises.length === 0) return [`${path}: no table of promises`];
  return promises.flatMap((row) => {
    const [, promise = "", heldBy = ""] = row.split("|").map((cell) => cell.trim());
    const tests = [...heldBy.matchAll(/`([^`]+)`([^`]*)/gu)].map(([, file = "", rest = ""]) => ({ file, titles: quoted(rest) }));
    const wrong = tests.flatMap(({ file, titles }) => {
      if (!/^test\/.*\.ts$/u.test(file) || !project.has(file)) return [`${file} is no test file`];
      const source = project.read(file);
      return titles
        .filter((title) => !['"', "`"].some((quote) => source.includes(`it(${quote}${title}`)))
        .map((title) => `${file} has no test "${title}"`);
    });
    return (tests.length === 0 ? ["no test holds it"] : wrong).map((why) => `${path}: "${promise}": ${why}`);
  });
}

const quoted = (text: string): readonly string[] => [...text.matchAll(/"([^"]+)"/gu)].map(([, title = ""]) => title);
