// Memory limit of a cgroup, version 1 and 2, and what its kernel counts. Version 1 kills at its limit unless told not to; version 2 has a limit that never kills.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface MemoryPlace {
  readonly version: 1 | 2;
  /** Folder of the cgroup as we see it. */
  readonly folder: string;
}

const limitFile = { 1: "memory.limit_in_bytes", 2: "memory.high" } as const;
const useFile = { 1: "memory.usage_in_bytes", 2: "memory.current" } as const;

const read = ({ folder }: MemoryPlace, file: string): string => readFileSync(join(folder, file), "utf8").trim();
const lineIn = (text: string, name: string): string | undefined => new RegExp(`^${name} (\\d+)$`, "mu").exec(text)?.[1];

/** Bytes, or "max" where there is none in version 2. */
export const readMemoryLimit = (place: MemoryPlace): string => read(place, limitFile[place.version]);

/** Beyond every machine. */
const unlimited = 2 ** 63;
export const bytesIn = (limit: string): number => (limit === "max" ? unlimited : Number(limit));

/** The kernel counts in pages of 4, 16 or 64 KiB, and rounds down by itself. */
const grain = 2 ** 16;
export const wholePages = (bytes: number): number => Math.floor(bytes / grain) * grain;

/** Not with the synchronous call: the kernel may take its time to make room, and we have to answer meanwhile. Reads back. */
export async function writeMemoryLimit(place: MemoryPlace, text: string): Promise<void> {
  const path = join(place.folder, limitFile[place.version]);
  await writeFile(path, `${text}\n`);
  const found = readMemoryLimit(place);
  if (found !== text) throw new Error(`${path} holds "${found}" after "${text}" was written`);
}

/** "1": at its limit the group waits and nothing is killed. Version 2 has no such switch and needs none: "". */
export const readKillDisable = (place: MemoryPlace): string =>
  place.version === 2 ? "" : (lineIn(read(place, "memory.oom_control"), "oom_kill_disable") ?? "");

export async function writeKillDisable(place: MemoryPlace, text: string): Promise<void> {
  if (place.version === 2) return;
  const path = join(place.folder, "memory.oom_control");
  await writeFile(path, `${text}\n`);
  const found = readKillDisable(place);
  if (found !== text) throw new Error(`${path} says oom_kill_disable ${found} after "${text}" was written`);
}

/** All but the first two cumulative. */
export interface MemoryUse {
  readonly useBytes: number;
  /** Page cache that the kernel may drop: what lies in memory alone, as in a tmpfs, is not among it. */
  readonly cacheBytes: number;
  readonly limitBytes: number;
  /** How often the group wanted to go beyond its limit. */
  readonly hits: number;
  /** Page faults that had to wait for a disk, and pages that were read again soon after they had been dropped. */
  readonly majorFaults: number;
  readonly refaults: number;
  /** How many of the group the kernel has killed for want of memory. */
  readonly kills: number;
  /** 1: somebody waits for memory just now. */
  readonly waiting: number;
}

export function useIn(version: 1 | 2, limit: string, texts: Readonly<Record<"use" | "stat" | "hits" | "kills", string>>): MemoryUse {
  // Version 1 counts the group alone and, under these names, with all groups below it.
  const stat = (name: string): number => Number(lineIn(texts.stat, version === 1 ? `total_${name}` : name) ?? "0");
  return {
    useBytes: Number(texts.use),
    cacheBytes: stat("inactive_file") + stat("active_file"),
    limitBytes: bytesIn(limit),
    hits: version === 1 ? Number(texts.hits) : Number(lineIn(texts.hits, "high") ?? "0"),
    majorFaults: stat("pgmajfault"),
    refaults: stat("workingset_refault_file"),
    kills: Number(lineIn(texts.kills, "oom_kill") ?? "0"),
    waiting: Number(lineIn(texts.kills, "under_oom") ?? "0"),
  };
}

export function readMemoryUse(place: MemoryPlace): MemoryUse {
  return useIn(place.version, readMemoryLimit(place), {
    use: read(place, useFile[place.version]),
    stat: read(place, "memory.stat"),
    hits: read(place, place.version === 1 ? "memory.failcnt" : "memory.events"),
    kills: read(place, place.version === 1 ? "memory.oom_control" : "memory.events"),
  });
}

/** What cannot be taken from the group: all that is no page cache. */
export const fixedBytes = ({ useBytes, cacheBytes }: MemoryUse): number => Math.max(0, useBytes - cacheBytes);
