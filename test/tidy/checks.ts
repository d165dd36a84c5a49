// The house rules that a machine can hold: layers, purity, sizes, forbidden words. Pure, so that each check can be shown a planted mistake (its canary).

export interface SourceFile {
  /** Relative to the project, "/" separated. */
  readonly path: string;
  readonly text: string;
}

const pure = ["model", "statistics", "faults", "probes", "files", "plan", "judge", "report"] as const;
const containerSide = ["agent", "keeper"];

/** folder -> folders whose modules it may import, beside its own. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  statistics: [],
  faults: ["model"],
  probes: ["model"],
  files: ["model", "faults", "probes"],
  plan: ["model", "statistics", "faults", "probes", "files"],
  judge: ["model", "statistics"],
  report: ["model", "judge"],
  journal: ["model"],
  agent: ["model"],
  keeper: ["model"],
  drivers: ["model"],
  run: [...pure, "journal", "drivers"],
  setup: ["model", "drivers"],
  commands: [...pure, "journal", "drivers", "run", "setup"],
  "": [...pure, "journal", "drivers", "run", "setup", "commands"],
};

/** The pure-layer modules that may read files. Hashing is pure for all. */
const readers = new Set(["src/files/read.ts", "src/files/beside.ts"]);

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function importsOf(text: string): readonly Import[] {
  const found: Import[] = [];
  for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gmu)) {
    found.push({ specifier: match[2] ?? "", typeOnly: match[1] !== undefined });
  }
  for (const match of text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/gu)) found.push({ specifier: match[1] ?? "", typeOnly: false });
  return found;
}

const folderOf = (path: string): string => (path.split("/").length > 2 ? (path.split("/")[1] ?? "") : "");

function resolved(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

export function layerFaults(file: SourceFile): readonly string[] {
  const folder = folderOf(file.path);
  const allowed = mayImport[folder];
  if (!allowed) return [`${file.path}: folder "${folder}" has no place in the layers`];
  return importsOf(file.text).flatMap(({ specifier, typeOnly }) => {
    if (specifier.startsWith(".")) {
      const target = folderOf(resolved(file.path, specifier));
      if (target !== folder && !allowed.includes(target)) return [`${file.path}: ${folder} may not import ${target} (${specifier})`];
      if (containerSide.includes(folder) && target === "model" && !typeOnly)
        return [`${file.path}: ${folder} runs without packages: import type from ${specifier}`];
      return [];
    }
    if (
      (pure as readonly string[]).includes(folder) &&
      specifier.startsWith("node:") &&
      specifier !== "node:crypto" &&
      !readers.has(file.path)
    )
      return [`${file.path}: ${folder} is pure, yet imports ${specifier}`];
    if (containerSide.includes(folder) && !specifier.startsWith("node:") && specifier !== "ssh2" && !typeOnly)
      return [`${file.path}: ${folder} runs without packages, yet imports ${specifier}`];
    return [];
  });
}

export function sizeFaults(file: SourceFile): readonly string[] {
  const lines = file.text.split("\n").length - 1;
  return lines > 250 ? [`${file.path}: ${lines} lines, at most 250`] : [];
}

const forbidden: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /^\s*enum\s/mu, why: "no enums" },
  { pattern: /\bTODO\b|\bFIXME\b/u, why: "no leftovers" },
  { pattern: /^export default /mu, why: "no default exports" },
  { pattern: /\bpkill\b|\bkillall\b/u, why: "processes are ended by id" },
  { pattern: /Privileged:\s*true/u, why: "never privileged" },
  { pattern: /\bflush ruleset\b/u, why: "own tables only" },
];

export const wordFaults = (file: SourceFile): readonly string[] =>
  forbidden.filter(({ pattern }) => pattern.test(file.text)).map(({ why }) => `${file.path}: ${why}`);

export function headFaults(file: SourceFile): readonly string[] {
  const first = file.text.split("\n").find((line) => !line.startsWith("#!")) ?? "";
  return /^\/\/ \S/u.test(first) ? [] : [`${file.path}: the first line says what the file owns and why`];
}
