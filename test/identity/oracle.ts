// Whether a shot was right, by what the made-up machine knows and no code of ours was asked: which process, container and interface the plan's place meant when it was armed.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Op } from "../../src/model/op.ts";
import { type Hierarchy, limitFiles, limitsBefore, type Process, type Shot } from "./machine.ts";
import { leaf, type Scene } from "./scene.ts";

/** All files of all cgroups. */
export type Snapshot = ReadonlyMap<string, string>;

export function snapshotOf({ machine }: Scene): Snapshot {
  const files = readdirSync(machine.cgroups(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), "utf8")]));
}

/** What the plan's place meant. */
export interface Meant {
  readonly op: Op["op"];
  readonly netns: string;
  readonly link: number;
  readonly peer: string;
}

const limited: Partial<Record<Op["op"], Hierarchy>> = { "disk.limit": "blkio", "cpu.limit": "cpu", "memory.limit": "memory" };
const nameOf = ({ container, pid, command }: Process): string => `${container.name}/${command} (pid ${pid})`;

/** Sentences about the shots that met anything else. */
export function wrongShots(scene: Scene, meant: Meant, shots: readonly Shot[]): readonly string[] {
  return shots.flatMap((shot) => (isRight(scene, meant, shot) ? [] : [wordsOf(shot)]));
}

function isRight({ machine, store, process }: Scene, { op, netns, link, peer }: Meant, shot: Shot): boolean {
  switch (shot.kind) {
    case "signal": {
      if (shot.hit === "many") return false;
      if (op === "process.stop") return shot.hit === process;
      if (op === "process.kill" || op === "process.restart") return shot.by === "agent" && machine.supervised.has(shot.hit);
      return (op === "sync.delay" || op === "sync.fail") && shot.by === "keeper" && shot.hit.words.includes(ourStraceMark);
    }
    case "trace":
      return shot.hit === process;
    case "rule":
      return shot.netns === netns && machine.holderOf(shot.destination) === store && shot.source === peer;
    case "link":
      return shot.of === store && shot.index === link;
  }
}

/** A word that no program reads: the machine's own note of whose strace it is. */
export const ourStraceMark = "ours";

function wordsOf(shot: Shot): string {
  switch (shot.kind) {
    case "signal":
      return `the ${shot.by} sent ${shot.signal} to ${shot.hit === "many" ? "many processes" : nameOf(shot.hit)}`;
    case "trace":
      return `the agent traced ${shot.hit ? nameOf(shot.hit) : "nobody"}`;
    case "rule":
      return `the agent dropped packets from ${shot.source} to ${shot.destination} in ${shot.netns}`;
    case "link":
      return `the agent took interface ${shot.index} of ${shot.of.name} down`;
  }
}

/** Sentences about files of cgroups that changed and should not have. `applying`: the change begins, so the limit must be on whom the place meant; else only what was there before may be written, and only there. */
export function wrongWrites(
  scene: Scene,
  { op }: Meant,
  [before, after]: readonly [Snapshot, Snapshot],
  applying: boolean,
): readonly string[] {
  const { machine } = scene;
  return [...after].flatMap(([path, text]) => {
    if (before.get(path) === text || machine.own.get(path) === text) return [];
    const right = isMember(scene, op, path, text) || isLimit(scene, op, path, text, before, applying);
    return right ? [] : [`${path.slice(machine.cgroups().length + 1)} became "${text.trim()}"`];
  });
}

/** What comes back after a kill is put where the one before it was. */
function isMember({ machine, store }: Scene, op: Op["op"], path: string, text: string): boolean {
  const leaves = machine.hierarchies.map((hierarchy) => join(machine.group(hierarchy, store, leaf), "cgroup.procs"));
  const isOurs = (pid: string): boolean => [...machine.supervised].some((one) => one.container === store && one.pid === Number(pid));
  return (op === "process.kill" || op === "process.restart") && leaves.includes(path) && text.trim().split("\n").every(isOurs);
}

function isLimit(scene: Scene, op: Op["op"], path: string, text: string, before: Snapshot, applying: boolean): boolean {
  const { machine, store, process } = scene;
  const hierarchy = limited[op];
  if (hierarchy === undefined || !machine.containers.includes(store)) return false;
  const folder = machine.group(hierarchy, store, hierarchy === "memory" ? "" : leaf);
  if (path !== join(folder, limitFiles[hierarchy])) return false;
  if (!applying) return text.trim() === limitsBefore[hierarchy];
  const whom = hierarchy === "memory" ? machine.within(store, 1) : process;
  const members = (before.get(join(folder, "cgroup.procs")) ?? "").split("\n");
  return whom !== undefined && !whom.ended && members.includes(String(whom.pid));
}
