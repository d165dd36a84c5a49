// What two looks at the components say of each change: whether it acts, what else is not as it was, and what of ours is there. Pure.
import { setName } from "../../src/agent/nft-rules.ts";
import type { Change } from "../../src/model/op.ts";
import type { Ruleset } from "./ruleset.ts";

export interface ProcessLook {
  readonly name: string;
  readonly pid: number;
  readonly stopped: boolean;
  /** Any of its threads. */
  readonly traced: boolean;
  /** What it is of ours; undefined: the component's own. */
  readonly ours: string | undefined;
}

export interface BoxLook {
  /** links, routes, neighbours, qdiscs and foreign packet rules, as text that does not change by itself; words where nobody could say. */
  readonly network: Readonly<Record<string, string>>;
  /** Undefined: nobody could say. */
  readonly rules: Pick<Ruleset, "elements" | "tables"> | undefined;
  readonly limits: Readonly<Record<string, string>>;
  readonly processes: readonly ProcessLook[];
}

/** By component; those that have ended are not in it. */
export type Look = Readonly<Record<string, BoxLook>>;

/** Where a change of links is seen. */
const networkTraces: Readonly<Partial<Record<Change["apply"]["op"], readonly string[]>>> = {
  "link.down": ["links", "routes", "neighbours"],
  "rate.limit": ["qdiscs", "links"],
  "packets.disturb": ["qdiscs", "links"],
};

/** True while what the change does can be seen, or nobody can say. `before`: the same component with nothing acting; without it nothing had been fired. */
export function acts({ id, apply }: Change, before: BoxLook | undefined, now: BoxLook | undefined): boolean {
  if (!before || !now) return false;
  const limit = (file: RegExp): boolean =>
    Object.keys(before.limits).some((path) => file.test(path) && now.limits[path] !== before.limits[path]);
  const named = now.processes.filter(({ name, ours }) => name === apply.at.process && ours === undefined);
  switch (apply.op) {
    case "packets.block":
      return now.rules === undefined || now.rules.elements.includes(setName(id));
    case "disk.limit":
      return limit(/throttle|io\.max/u);
    case "link.down":
    case "rate.limit":
    case "packets.disturb":
      return networkTraces[apply.op]?.some((name) => now.network[name] !== before.network[name]) === true;
    case "sync.delay":
    case "sync.fail":
      return named.some(({ traced }) => traced);
    case "cpu.limit":
      return limit(/cfs_quota|cpu\.max/u) || now.processes.some(({ ours }) => ours === "busy");
    case "memory.limit":
      return limit(/memory/u);
    case "process.stop":
      return named.some(({ stopped }) => stopped);
    case "process.kill":
    case "process.restart":
      return named.length === 0;
    case "packets.pass":
    case "disk.restore":
    case "link.up":
    case "rate.restore":
    case "packets.settle":
    case "sync.pass":
    case "cpu.restore":
    case "memory.restore":
    case "process.continue":
    case "process.ensure":
      throw new Error(`${apply.op} begins no change`);
  }
}

/** What of the components is not as it was, in words, but for the network as far as these changes still act on it. A process that was killed is another one by design, so only its presence counts. */
export function differences(before: Look, now: Look, waiting: readonly Change[] = []): readonly string[] {
  return Object.entries(now).flatMap(([name, is]) => {
    const was = before[name];
    if (!was) return [`${name} was not there before`];
    const excused = waiting.flatMap(({ apply }) => (apply.at.component === name ? (networkTraces[apply.op] ?? []) : []));
    const texts = { ...was.network, ...prefixed("limit ", was.limits) };
    const found = { ...is.network, ...prefixed("limit ", is.limits) };
    const lines = Object.keys({ ...texts, ...found }).flatMap((key) =>
      texts[key] === found[key] || excused.includes(key)
        ? []
        : [`${name} ${key}: ${texts[key] ?? "nothing"} -> ${found[key] ?? "nothing"}`],
    );
    const elements = (is.rules?.elements ?? []).map((set) => `${name} packets: ${set} holds an address`);
    const own = is.processes.filter(({ ours }) => ours === undefined);
    const absent = ["writer", "clerk"].filter((program) => own.every((one) => one.name !== program));
    const held = own.filter(({ stopped, traced }) => stopped || traced);
    return [
      ...lines,
      ...elements,
      ...absent.map((program) => `${name} process ${program}: absent`),
      ...held.map((one) => `${name} process ${one.name}: stopped or traced`),
    ];
  });
}

const prefixed = (prefix: string, values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}${key}`, value]));

/** What of ours is there, in words, once all agents are to have ended. Tables of those that were killed stay, and block nothing: the kernel empties their sets. */
export function leavings(now: Look, agents: "ended" | "killed"): readonly string[] {
  return Object.entries(now).flatMap(([name, { rules, processes }]) => [
    ...(agents === "ended" ? (rules?.tables ?? []).map((table) => `${name} packets: table ${table} of ours`) : []),
    ...processes.flatMap(({ ours, name: program, pid }) =>
      ours === undefined ? [] : [`${name} process ${program}: ${ours} of ours (pid ${pid})`],
    ),
  ]);
}
