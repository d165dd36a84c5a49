// How long somebody in a group had to wait for a resource: the kernel's own account (PSI), which only cgroup v2 keeps for each group.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Milliseconds, cumulative, as a part of a witness' row; nothing where the kernel does not say. */
export function waitedIn(folder: string, resource: "io" | "cpu" | "memory"): { readonly waitedMs?: number } {
  try {
    return waitedOf(readFileSync(join(folder, `${resource}.pressure`), "utf8"));
  } catch {
    return {};
  }
}

/** "some": at least one of the group waited. */
export function waitedOf(text: string): { readonly waitedMs?: number } {
  const total = /^some .*total=(\d+)/mu.exec(text)?.[1];
  return total === undefined ? {} : { waitedMs: Number(total) / 1_000 };
}
