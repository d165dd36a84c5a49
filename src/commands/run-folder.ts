// A run's folder under reports/: named so that it sorts by time, filled as soon as each part is known, and `latest` points at the newest.
import { rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { messageOf, PlanefaultError } from "../model/error.ts";
import { makeFolder } from "./make-folder.ts";

export interface RunFolder {
  readonly id: string;
  readonly path: string;
}

/** "r" and 14 letters or digits: it names containers and nft tables, so nothing else may be in it. Where many start in the same second, as in CI, no two of them are called the same. */
export function newRunId(now: number, random: () => number): string {
  const tail = Math.floor(random() * 36 ** 8)
    .toString(36)
    .padStart(8, "0");
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

type Parts = Readonly<Record<string, string>>;

export async function writeParts(path: string, parts: Parts): Promise<void> {
  const [why] = await tryParts(path, parts);
  if (why !== undefined) throw new PlanefaultError("environment", why, { hint: "check that its disk has space and may be written to" });
}

/** For what a verdict must not get lost with: what could not be written, and why, in a sentence for each reason; none where all was. */
export async function tryParts(path: string, parts: Parts): Promise<readonly string[]> {
  const failed = await Promise.all(
    Object.entries(parts).map(([name, text]) =>
      writeFile(join(path, name), text, { mode: 0o600 }).then(
        () => [],
        (cause: unknown) => [{ name, why: reasonOf(cause) }],
      ),
    ),
  );
  const reasons = Map.groupBy(failed.flat(), ({ why }) => why);
  return [...reasons].map(([why, files]) => `cannot write ${files.map(({ name }) => name).join(", ")} in ${path}: ${why}`);
}

/** "EROFS: read-only file system, open '/some/path'" -> without the path, which is said already. */
const reasonOf = (cause: unknown): string => messageOf(cause).replace(/, \w+(?: '.*')?$/u, "");
