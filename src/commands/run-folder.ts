// A run's folder under reports/: named so that it sorts by time, filled as soon as each part is known, and `latest` points at the newest.
import { rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { makeFolder } from "./make-folder.ts";

export interface RunFolder {
  readonly id: string;
  readonly path: string;
}

/** "r" and 9 letters or digits: it names containers and nft tables, so nothing else may be in it. */
export function newRunId(now: number, random: () => number): string {
  const tail = Math.floor(random() * 36 ** 3)
    .toString(36)
    .padStart(3, "0");
  return `r${Math.floor(now / 1_000).toString(36)}${tail}`;
}

const stamp = (date: Date): string => date.toISOString().slice(0, 19).replaceAll(/[-:]/gu, "").replace("T", "-");

export async function createRunFolder(reports: string, file: string, id: string, date: Date): Promise<RunFolder> {
  const slug = basename(file)
    .replace(/\.[^.]+$/u, "")
    .replaceAll(/[^A-Za-z0-9-]/gu, "-");
  const path = join(reports, `${stamp(date)}-${slug}-${id}`);
  // What a target logs and answers is nobody else's business.
  makeFolder(path, 0o700);
  makeFolder(join(path, "logs"));
  return { id, path };
}

/** Replaced in one step, so that a reader never finds it missing. */
export async function pointLatest(reports: string, folder: RunFolder): Promise<void> {
  const fresh = join(reports, `.latest-${folder.id}`);
  await rm(fresh, { force: true });
  await symlink(basename(folder.path), fresh);
  await rename(fresh, join(reports, "latest"));
}

export async function writeParts(folder: RunFolder, parts: Readonly<Record<string, string>>): Promise<void> {
  await Promise.all(Object.entries(parts).map(([name, text]) => writeFile(join(folder.path, name), text, { mode: 0o600 })));
}
