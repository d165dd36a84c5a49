// From the words on the command line (files, folders, globs) to experiment files, in a stable order and each once.
import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { PlanefaultError } from "../model/error.ts";

const isExperiment = (path: string): boolean => /\.(?:ya?ml|ts)$/u.test(path);

function expand(word: string): readonly string[] {
  const found = statSync(word, { throwIfNoEntry: false });
  if (found?.isFile()) return [word];
  if (found?.isDirectory())
    return globSync("**/*.{yaml,yml,ts}", { cwd: word })
      .map((path) => join(word, path))
      .toSorted();
  return globSync(word).filter(isExperiment).toSorted();
}

export function experimentFiles(words: readonly string[]): readonly string[] {
  const files = new Set<string>();
  for (const word of words) {
    const expanded = expand(word);
    if (expanded.length === 0) {
      throw new PlanefaultError("input", `no experiment file at "${word}"`, {
        hint: "name a .yaml or .ts file, a folder or a glob; planefault list shows what is there",
      });
    }
    for (const file of expanded) files.add(file);
  }
  return [...files];
}
