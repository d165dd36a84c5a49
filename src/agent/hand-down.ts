// Version 2 limits a leaf only where the group above it hands the controller down, and it hands nothing down while processes of its own are in it. So the rest of the component gets a leaf, too.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { poll } from "./poll.ts";

/** What is to be limited in the leaves: their disks or their processors. */
export type Limited = "disk" | "cpu";

/** Buffered writes are charged to whoever owns the memory that they dirty: without `memory` in the leaf they would be the whole component's. */
const controllers: Readonly<Record<Limited, readonly string[]>> = { disk: ["memory", "io"], cpu: ["cpu"] };
const pollMs = 5;

/** The files of a cgroup, so that tests can give a kernel of their own. */
export interface CgroupFiles {
  has(path: string): boolean;
  read(path: string): string;
  write(path: string, text: string): void;
  makeFolder(path: string): void;
}

const cgroupFiles: CgroupFiles = {
  has: existsSync,
  read: (path) => readFileSync(path, "utf8"),
  write: (path, text) => writeFileSync(path, text),
  makeFolder: (path) => void mkdirSync(path, { recursive: true }),
};

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/** A process that ended meanwhile (ESRCH) needs no place. */
export function moveProcess(pid: number, leaf: string, files = cgroupFiles): void {
  try {
    files.write(join(leaf, "cgroup.procs"), `${pid}\n`);
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error;
  }
}

const words = (text: string): readonly string[] => text.split(/\s+/u).filter(Boolean);

/**
 * Moves what is left in `cgroup` itself into the leaf `rest`, and hands down what the limits need, as far as the group has it: what is missing is said when a limit is bound.
 * Does nothing in version 1, whose groups may hold processes and groups at once.
 */
export async function handDown(
  cgroup: string,
  limited: Limited,
  rest: string,
  deadlineMs: number,
  files: CgroupFiles = cgroupFiles,
): Promise<void> {
  const control = join(cgroup, "cgroup.subtree_control");
  if (!files.has(control)) return;
  const had = words(files.read(join(cgroup, "cgroup.controllers")));
  const wanted = controllers[limited].filter((name) => had.includes(name));
  const members = (): readonly string[] => words(files.read(join(cgroup, "cgroup.procs")));
  files.makeFolder(rest);
  await poll(
    () => `waited ${deadlineMs} ms to hand ${wanted.join(" and ")} down in ${cgroup}: ${members().length} processes do not leave it`,
    deadlineMs,
    () => {
      // 0 is a process that cannot be seen from here.
      for (const pid of members()) if (pid !== "0") moveProcess(Number(pid), rest, files);
      const missing = wanted.filter((name) => !words(files.read(control)).includes(name));
      if (missing.length === 0) return true;
      try {
        files.write(control, `${missing.map((name) => `+${name}`).join(" ")}\n`);
      } catch (error) {
        // Somebody was started in it since.
        if (codeOf(error) !== "EBUSY") throw error;
      }
      return false;
    },
    pollMs,
  );
}
