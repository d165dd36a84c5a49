// Processor quota of a cgroup, version 1 and 2: one file each, whose whole content is put back. The period stays as it was.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface QuotaPlace {
  readonly version: 1 | 2;
  /** Folder of the cgroup as we see it. */
  readonly folder: string;
}

const fileNames = { 1: "cpu.cfs_quota_us", 2: "cpu.max" } as const;
const filePath = ({ version, folder }: QuotaPlace): string => join(folder, fileNames[version]);

/** "-1" where there is none in version 1, "max 100000" in version 2. */
export const readQuota = (place: QuotaPlace): string => readFileSync(filePath(place), "utf8").trim();

/** Microseconds per period, -1 where there is no quota. */
export const quotaUsIn = (text: string): number => Number(text.split(" ")[0]?.replace("max", "-1"));

/** Microseconds in which the quota may be used up. */
export function readPeriod(place: QuotaPlace): number {
  return Number(place.version === 1 ? readFileSync(join(place.folder, "cpu.cfs_period_us"), "utf8") : readQuota(place).split(" ")[1]);
}

export function quotaText(version: 1 | 2, cpus: number, periodUs: number): string {
  const quotaUs = Math.round(cpus * periodUs);
  return version === 1 ? String(quotaUs) : `${quotaUs} ${periodUs}`;
}

/** Writes and reads back. */
export function writeQuota(place: QuotaPlace, text: string): void {
  writeFileSync(filePath(place), `${text}\n`);
  const found = readQuota(place);
  if (found !== text) throw new Error(`${filePath(place)} holds "${found}" after "${text}" was written`);
}

export interface Throttling {
  /** Periods in which the group wanted to run, and those in which it was held back: cumulative. */
  readonly periods: number;
  readonly throttled: number;
}

/** The first lines of cpu.stat are the same in both versions. */
export function throttlingIn(text: string): Throttling {
  const count = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, "mu").exec(text)?.[1] ?? "0");
  return { periods: count("nr_periods"), throttled: count("nr_throttled") };
}

export const readThrottling = (place: QuotaPlace): Throttling => throttlingIn(readFileSync(join(place.folder, "cpu.stat"), "utf8"));
