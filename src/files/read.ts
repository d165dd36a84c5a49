// The only reading of files in this folder: an experiment with its target, from disk.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { messageOf, PlanefaultError } from "../model/error.ts";
import { besideFolder } from "./beside.ts";
import { loadTarget, type LoadedTarget } from "./load-target.ts";
import { experimentOf, loadExperiment, type LoadResult, type ResolveTarget } from "./load-experiment.ts";
import { dataPositions } from "./positions.ts";

/** Reads an experiment as the user named it. Throws "input" where the file cannot be read. */
export function readExperiment(file: string): LoadResult {
  const folder = dirname(resolve(file));
  return withScript(loadExperiment(file, readText(file), targetsAbove(folder)), folder);
}

/** An experiment that a program made (see define.ts), with targets looked for from `folder` upward. */
export function readDefinedExperiment(source: unknown, file: string, folder: string): LoadResult {
  return withScript(experimentOf(source, dataPositions(file), targetsAbove(resolve(folder))), folder);
}

/** The journal keeps the script's text, so it has the limit of our own files. */
const largestScript = 256 * 1024;

/** With the text of its load's script, which lies beside the experiment. */
export function withScript(loaded: LoadResult, folder: string): LoadResult {
  const script = loaded.ok ? loaded.experiment.spec.load?.script : undefined;
  if (!loaded.ok || script === undefined) return loaded;
  const unreadable = (why: string): LoadResult => {
    const mistake = {
      path: ["load", "script"],
      part: "value",
      code: "unknown-script",
      message: `cannot use the script ${script}: ${why}`,
    } as const;
    return { ok: false, problems: [loaded.experiment.positions.problem(mistake)] };
  };
  const path = resolve(folder, script);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return unreadable("there is no such file beside the experiment");
  if (size > largestScript) return unreadable("it is larger than 256 KiB");
  return { ok: true, experiment: { ...loaded.experiment, script: readText(path) } };
}

export function readTarget(file: string, variant?: string): LoadedTarget {
  const folder = dirname(resolve(file));
  return loadTarget(file, readText(file), { name: basename(folder), folder, variant, beside: besideFolder(folder) });
}

/** A path to a target file, or a name under the nearest folder `targets` from `folder` upward. */
export function targetsAbove(folder: string): ResolveTarget {
  return (name) => {
    const path = isAbsolute(name) || /\.ya?ml$/u.test(name) || name.startsWith(".") ? resolve(folder, name) : undefined;
    if (path !== undefined) return existsSync(path) ? found(path) : { ok: false, known: [] };
    let known: readonly string[] | undefined;
    for (const above of ancestors(folder)) {
      const targets = join(above, "targets");
      const file = join(targets, name, "target.yaml");
      if (!name.includes("/") && existsSync(file)) return found(file);
      if (existsSync(targets)) known ??= readdirSync(targets).filter((entry) => existsSync(join(targets, entry, "target.yaml")));
    }
    return { ok: false, known: (known ?? []).toSorted() };
  };
}

function found(path: string): ReturnType<ResolveTarget> {
  const folder = dirname(path);
  const shown = relative(process.cwd(), path);
  return {
    ok: true,
    name: basename(folder),
    file: shown.startsWith("..") ? path : shown,
    folder,
    text: readText(path),
    beside: besideFolder(folder),
  };
}

function ancestors(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function readText(file: string): string {
  try {
    // A pipe or a device may have no end.
    if (!statSync(file).isFile()) throw new Error("it is no file");
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new PlanefaultError("input", `cannot read ${file}: ${messageOf(error)}`, {
      cause: error,
      hint: "name an experiment file, a folder or a glob",
    });
  }
}
