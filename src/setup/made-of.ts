// What a run stands on besides its plan, as one hash: the target's images, the toolbox with k6 and the whole of planefault. By reads of files only; no engine is asked.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { folderParts, hashParts } from "./content-hash.ts";
import { tagOf } from "./images.ts";
import { type Build, isNamed } from "../model/stack.ts";
import { k6Recipe, targetRecipe } from "./own-images.ts";
import { root } from "./places.ts";

/** A copy of planefault. */
export interface Copy {
  /** Holds package.json (the version) and, in a clone, the lock of all that it depends on. */
  readonly root: string;
  /** Agent, keeper, judge and all the rest: src/ in a clone, dist/ in a package. */
  readonly code: string;
}

const thisCopy: Copy = { root, code: resolve(import.meta.dirname, "..") };

const rootFiles = (folder: string) =>
  Promise.all(
    ["package.json", "package-lock.json"].map(async (name) => {
      const file = join(folder, name);
      return [name, existsSync(file) ? await readFile(file) : ""] as const;
    }),
  );

/** `builds` are relative to the target's folder. The engine may have another architecture than we, but the names differ by content all the same. */
export async function madeOf(folder: string, builds: readonly Build[], copy: Copy = thisCopy): Promise<string> {
  const [manifest, code, k6, ...images] = await Promise.all([
    rootFiles(copy.root),
    folderParts(copy.code),
    k6Recipe(process.arch),
    ...builds.map((build) => (isNamed(build) ? build.image : targetRecipe(folder, build, process.arch))),
  ]);
  const nameOf = (made: (typeof images)[number]): string => (typeof made === "string" ? made : tagOf(made));
  return hashParts([...manifest, ...code, ...[k6, ...images].map((made) => ["image", nameOf(made)] as const)]);
}
