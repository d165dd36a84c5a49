// A pid file tells nothing by itself: its process may be dead, and its number may have gone to a stranger since. An engine that was killed leaves such files,
// and refuses to start as long as any process bears the number.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

export type PidFile =
  | { readonly state: "absent" }
  | { readonly state: "running"; readonly pid: number }
  | { readonly state: "stale"; readonly why: string };

/** `commOf` gives the name of a living process, undefined for a dead one. */
export function judgePidFile(content: string | undefined, program: string, commOf: (pid: number) => string | undefined): PidFile {
  if (content === undefined) return { state: "absent" };
  const pid = /^\s*(\d{1,10})\s*$/u.test(content) ? Number(content) : undefined;
  if (pid === undefined || pid === 0) return { state: "stale", why: "it holds no process id" };
  const comm = commOf(pid);
  if (comm === undefined) return { state: "stale", why: `process ${pid} is dead` };
  return comm === program ? { state: "running", pid } : { state: "stale", why: `process ${pid} is "${comm}", not ${program}` };
}

const readIfThere = (path: string): Promise<string | undefined> => readFile(path, "utf8").catch(() => undefined);

export async function readPidFile(path: string, program: string, proc = "/proc"): Promise<PidFile> {
  const content = await readIfThere(path);
  const pid = content?.trim() ?? "";
  const comm = /^\d+$/u.test(pid) ? (await livingName(join(proc, pid)))?.trim() : undefined;
  return judgePidFile(content, program, () => comm);
}

/** A zombie is as dead as any other, though it still has a name. */
async function livingName(folder: string): Promise<string | undefined> {
  const stat = (await readIfThere(join(folder, "stat"))) ?? "";
  return / [ZX] /u.test(stat.slice(stat.lastIndexOf(")") + 1, stat.lastIndexOf(")") + 4)) ? undefined : readIfThere(join(folder, "comm"));
}

/** Removes the file where it is stale, and says why; undefined where nothing was removed. */
export async function removeIfStale(path: string, program: string, proc = "/proc"): Promise<string | undefined> {
  const found = await readPidFile(path, program, proc);
  if (found.state !== "stale") return undefined;
  await rm(path, { force: true });
  return `removed the stale ${path}: ${found.why}`;
}
