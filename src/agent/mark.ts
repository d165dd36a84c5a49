// What we start beside a component's own processes says whose it is, in a last argument that it never reads: by its name alone it might be a program of the component.
import { readFileSync, readdirSync } from "node:fs";

export const marks = { busy: "planefault-busy", canary: "planefault-canary" } as const;

/** How many of ours live; who has ended has no arguments. */
export function countMarked(mark: string, proc = "/proc"): number {
  return readdirSync(proc).filter((name) => /^\d+$/u.test(name) && lastArgument(`${proc}/${name}/cmdline`) === mark).length;
}

function lastArgument(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").split("\0").at(-2);
  } catch {
    // It ended while we looked.
    return undefined;
  }
}
