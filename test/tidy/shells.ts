// No shell reads what planefault starts: argument vectors only. Whatever could call one is found by its import or its words, and each exception says why.
import type { SourceFile } from "./checks.ts";

/** file -> why a shell is named there. */
const mayCall: Readonly<Record<string, string>> = {
  "src/files/compose/healthcheck.ts": "Compose's CMD-SHELL means the container's own shell, with somebody else's words",
};

const imports = /import\s+(?:type\s+)?([^;]*?)\s+from\s+"(?:node:)?child_process"/gu;

const forbidden: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /\bshell["'`]?\s*:(?!\s*false\b)/u, why: "no `shell` option: argv only" },
  { pattern: /["'`](?:\/(?:usr\/)?bin\/)?(?:ba|da|z|k|a)?sh["'`]\s*[,\]]/u, why: "no shell is started: argv only" },
  { pattern: /\beval\(|\bnew Function\(|["'](?:node:)?vm["']/u, why: "no text is run as code" },
  { pattern: /\brequire\(|\bprocess\.binding\(/u, why: "no way around the imports that are checked here" },
];

export function shellFaults({ path, text }: SourceFile): readonly string[] {
  const taken = [...text.matchAll(imports)].flatMap(([, names = ""]) => namesIn(names));
  const byImport = taken
    .filter((name) => name === "exec" || name === "execSync" || name === "*")
    .map((name) => `${path}: child_process.${name} reads its words with a shell: argv only`);
  const isExcused = Object.hasOwn(mayCall, path);
  return [...byImport, ...forbidden.filter(({ pattern }) => pattern.test(text) && !isExcused).map(({ why }) => `${path}: ${why}`)];
}

/** `{ spawn, exec as run }` -> spawn, exec; a default or a whole module is all of it. */
const namesIn = (names: string): readonly string[] =>
  names.startsWith("{")
    ? names
        .slice(1, names.indexOf("}"))
        .split(",")
        .map(
          (name) =>
            name
              .trim()
              .replace(/^type\s+/u, "")
              .split(/\s+as\s+/u)[0] ?? "",
        )
    : ["*"];

/** An exception that nobody needs any more. */
export const idleExceptions = (files: readonly SourceFile[]): readonly string[] =>
  Object.keys(mayCall).filter(
    (path) => !files.some((file) => file.path === path && forbidden.some(({ pattern }) => pattern.test(file.text))),
  );
