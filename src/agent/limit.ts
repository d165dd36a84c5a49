// Write limits of a cgroup, version 1 and 2, as text and as files. What was there when armed is put back, not a default; each write is read back.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface LimitPlace {
  readonly version: 1 | 2;
  /** Folder of the cgroup as we see it. */
  readonly folder: string;
  /** MAJ:MIN of a whole disk. */
  readonly device: string;
}

const fileNames = { 1: "blkio.throttle.write_iops_device", 2: "io.max" } as const;
const filePath = (place: LimitPlace): string => join(place.folder, fileNames[place.version]);

/** The words after "MAJ:MIN " in a limit file, "" where the device has no line. */
export function limitIn(text: string, device: string): string {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${device} `));
  return line?.slice(device.length + 1).trim() ?? "";
}

/** What has to be written. Version 1: a number, 0 takes the limit away. Version 2: keys that are not named keep their values. */
export function limitLine(place: LimitPlace, words: string): string {
  if (place.version === 1) return `${place.device} ${words === "" ? "0" : words}`;
  return `${place.device} ${words === "" ? "rbps=max wbps=max riops=max wiops=max" : words}`;
}

export const iopsWords = (version: 1 | 2, writeIops: number): string => (version === 1 ? String(writeIops) : `wiops=${writeIops}`);

export const readLimit = (place: LimitPlace): string => limitIn(readFileSync(filePath(place), "utf8"), place.device);

/** Writes and reads back. The kernel prints all four keys in version 2, so there each word asked for must be among them. */
export function writeLimit(place: LimitPlace, words: string): void {
  writeFileSync(filePath(place), `${limitLine(place, words)}\n`);
  const found = readLimit(place);
  const held = words === "" ? found === "" : words.split(" ").every((word) => found.split(" ").includes(word));
  if (!held) throw new Error(`${filePath(place)} holds "${found}" for ${place.device} after "${words}" was written`);
}

/** Completed writes of the cgroup on the device. */
export function completedWrites(place: LimitPlace): number | undefined {
  const text = readFileSync(join(place.folder, place.version === 1 ? "blkio.throttle.io_serviced" : "io.stat"), "utf8");
  return parseCompletedWrites(text, place);
}

export function parseCompletedWrites(text: string, place: Pick<LimitPlace, "version" | "device">): number | undefined {
  const lines = text.split("\n").filter((line) => line.startsWith(`${place.device} `));
  const found =
    place.version === 1 ? lines.find((line) => line.includes(" Write "))?.split(" ")[2] : /\bwios=(\d+)/u.exec(lines[0] ?? "")?.[1];
  return found === undefined ? undefined : Number(found);
}
