// The state of this component that a run may touch, as text that does not change by itself: counters, handles, ages and remaining times are taken out.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { DeclaredProcess } from "../model/agent-protocol.ts";
import type { Digest } from "../model/digest.ts";
import { cgroupMount, cpuMount, memoryMount } from "./host.ts";
import { type ProcessRow, familiesOf, mainProcess, readProcesses } from "./process-table.ts";
import { countMarked, marks } from "./mark.ts";
import { isTraced } from "./tracer.ts";
import { readKillDisable } from "./memory.ts";
import { outputOf } from "./run-program.ts";
import { leafName } from "./split.ts";

/** `used` and the like belong to nobody; `expires` runs by itself; `index` of a rule's handle changes with any other rule. */
const volatile = new Set([
  "handle",
  "packets",
  "bytes",
  "expires",
  "expire",
  "used",
  "preferred_life_time",
  "valid_life_time",
  "metainfo",
  "stats64",
  "stats",
]);

export async function takeDigest(declared: readonly DeclaredProcess[]): Promise<Digest> {
  const [links, routes, rules, neighbours, qdiscs, ruleset] = await Promise.all([
    outputOf("ip", ["-j", "addr", "show"]),
    outputOf("ip", ["-j", "route", "show", "table", "all"]),
    outputOf("ip", ["-j", "rule", "show"]),
    // The others are learnt and forgotten all the time.
    outputOf("ip", ["-j", "neighbour", "show", "nud", "permanent"]),
    outputOf("tc", ["-j", "qdisc", "show"]),
    outputOf("nft", ["-j", "list", "ruleset"]),
  ]);
  return {
    links: stable(links),
    routes: stable(routes),
    rules: stable(rules),
    neighbours: stable(neighbours),
    qdiscs: stable(qdiscs),
    nft: stable(ruleset),
    mounts: mountsIn(readFileSync("/proc/self/mountinfo", "utf8")),
    ...limits(cgroupMount, "limit"),
    ...limits(cpuMount, "quota"),
    ...limits(memoryMount, "memory"),
    ...processes(declared),
    ...ours(),
  };
}

/** JSON with sorted keys, sorted lists and without what changes by itself; "" where there is nothing that could answer. */
export function stable(json: string | undefined): string {
  if (json === undefined) return "";
  if (json.trim() === "") return "[]";
  const parsed: unknown = JSON.parse(json);
  return JSON.stringify(strip(parsed));
}

function strip(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .map(strip)
      .filter((item) => item !== undefined && JSON.stringify(item) !== "{}")
      .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !volatile.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, strip(item)] as const).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Device, mount point, options and kind; the numbers in front are new for every agent. */
export function mountsIn(mountinfo: string): string {
  return mountinfo
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "))
    .map((fields) => `${fields[4]} ${fields[5]} ${fields[fields.indexOf("-") + 1]}`)
    .toSorted()
    .join("\n");
}

/** Limits of the component's cgroup and of its leaves. */
function limits(folder: string, kind: "limit" | "quota" | "memory"): Digest {
  const found: Record<string, string> = {};
  for (const leaf of ["", ...leaves(folder)]) {
    for (const file of [
      "blkio.throttle.read_bps_device",
      "blkio.throttle.read_iops_device",
      "blkio.throttle.write_bps_device",
      "blkio.throttle.write_iops_device",
      "io.max",
      "cpu.cfs_quota_us",
      "cpu.max",
      "memory.limit_in_bytes",
      "memory.high",
    ]) {
      const text = readText(join(folder, leaf, file));
      if (text !== undefined) found[`${kind}/${join(leaf, file)}`] = text.trim();
    }
  }
  // Its other lines count, and change by themselves.
  if (existsSync(join(folder, "memory.oom_control"))) found[`${kind}/oom_kill_disable`] = readKillDisable({ version: 1, folder });
  return found;
}

function leaves(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith("planefault-"))
      .toSorted();
  } catch {
    return [];
  }
}

/**
 * Sessions and commands come and go, so only declared processes count; with none declared, the main one.
 * State and identity are lines of their own: a process that was killed and came back is another one by design, and only that may differ (model/digest.ts).
 */
function processes(declared: readonly DeclaredProcess[]): Digest {
  const rows = readProcesses();
  if (declared.length === 0) {
    const first = mainProcess(rows);
    return first ? { "process/main": `${first.command} started ${first.startTicks} ${doing(first)}` } : {};
  }
  const families = familiesOf(rows, declared);
  return Object.fromEntries(
    declared.flatMap(({ name }) => {
      const head = families.get(name)?.[0];
      if (!head) return [[`process/${name}`, "absent"]];
      return [
        [`process/${name}`, `${doing(head)}, ${leafOf(name, head.pid)}`],
        [`process/${name}/identity`, `pid ${head.pid} started ${head.startTicks}`],
      ];
    }),
  );
}

/** Limits act on leaves: a process outside of its own would escape them. */
function leafOf(process: string, pid: number): string {
  const leaf = leafName(process);
  const members = readText(join(cgroupMount, leaf, "cgroup.procs"));
  if (members === undefined) return "no leaf";
  return members.split("\n").includes(String(pid)) ? `in ${leaf}` : `not in ${leaf}`;
}

/** Competitors for a processor quota, and children of witnesses, that outlived their fault. */
function ours(): Digest {
  const left = Object.entries(marks).map(([what, mark]) => [what, countMarked(mark)] as const);
  return Object.fromEntries(left.flatMap(([what, count]) => (count === 0 ? [] : [[what, `${count} processes`]])));
}

const doing = ({ pid, state }: ProcessRow): string =>
  `${state === "T" || state === "t" ? "stopped" : "not stopped"}${isTraced(pid) ? ", traced" : ""}`;

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
