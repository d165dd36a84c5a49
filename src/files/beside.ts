// The files of a target's folder, read for what a Compose file names: its own text, variables, and the hash of whatever is copied into containers. With read.ts the only reading in this folder.
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { parseEnv } from "node:util";

/** Paths are relative to the target's folder and never lead out of it. */
export interface Beside {
  /** Undefined where there is no such file. */
  text(path: string): string | undefined;
  /** Lines of NAME=value. */
  variables(path: string): Readonly<Record<string, string>> | undefined;
  look(path: string): { readonly kind: "file" | "folder"; readonly content: string } | undefined;
}

export const nothingBeside: Beside = { text: () => undefined, variables: () => undefined, look: () => undefined };

export function besideFolder(folder: string): Beside {
  const text = (path: string): string | undefined => {
    const file = inside(folder, path);
    return file !== undefined && lstatSync(file).isFile() ? readFileSync(file, "utf8") : undefined;
  };
  return {
    text,
    variables: (path) => {
      const found = text(path);
      return found === undefined
        ? undefined
        : Object.fromEntries(Object.entries(parseEnv(found)).map(([name, value]) => [name, value ?? ""]));
    },
    look: (path) => {
      const place = inside(folder, path);
      if (place === undefined) return undefined;
      const kind = lstatSync(place).isDirectory() ? "folder" : "file";
      return { kind, content: hashOf(place, kind) };
    },
  };
}

/** The true path of what is there; undefined for nothing, and for links that lead out of the folder. */
function inside(folder: string, path: string): string | undefined {
  try {
    const [root, place] = [realpathSync(folder), realpathSync(join(folder, path))];
    return place === root || place.startsWith(root + sep) ? place : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(place: string, kind: "file" | "folder"): string {
  const hash = createHash("sha256");
  const names = kind === "file" ? [""] : readdirSync(place, { recursive: true, encoding: "utf8" }).toSorted();
  for (const name of names) {
    const file = join(place, name);
    const stat = lstatSync(file);
    // Of its rights only the executable bit is the same in every clone.
    if (stat.isFile()) hash.update(`${name}\0${stat.mode & 0o100}\0${stat.size}\0`).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}
