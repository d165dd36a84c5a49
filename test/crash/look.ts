// What two looks at the components say of each change: whether it acts, and what else is not as it was. Pure.
import { setName } from "../../src/agent/nft-rules.ts";
import type { Change } from "../../src/model/op.ts";

export interface ProcessLook {
  readonly name: string;
  readonly pid: number;
  readonly stopped: boolean;
  readonly traced: boolean;
}

export interface BoxLook {
  /** links, routes, neighbours and qdiscs, as text that does not change by itself. */
  readonly network: Readonly<Record<string, string>>;
  /** nft sets that hold an address. */
  readonly elements: readonly string[];
  readonly limits: Readonly<Record<string, string>>;
  readonly processes: readonly ProcessLook[];
}

/** By component. */
export type Look = Readonly<Record<string, BoxLook>>;

/** The namespace has gone with its container. */
export const isGone = (text: string): boolean => text === "" || text.startsWith("unknown: ");

/** True while what the change does can be seen. `before`: the same component with nothing acting; without it nothing had been fired. */
export function acts({ id, apply }: Change, before: BoxLook | undefined, now: BoxLook | undefined): boolean {
  if (!before || !now) return false;
  const differs = (names: readonly string[]): boolean => names.some((name) => now.network[name] !== before.network[name]);
  const limit = (file: RegExp): boolean =>
    Object.keys(before.limits).some((path) => file.test(path) && now.limits[path] !== before.limits[path]);
  const named = now.processes.filter(({ name }) => name === apply.at.process);
  switch (apply.op) {
    case "packets.block":
      return now.elements.includes(setName(id));
    case "disk.limit":
      return limit(/throttle|io\.max/u);
    case "link.down":
      return differs(["links", "routes", "neighbours"]);
    case "rate.limit":
      return differs(["qdiscs", "links"]);
    case "sync.delay":
    case "sync.fail":
      return named.some(({ traced }) => traced);
    case "cpu.limit":
      return limit(/cfs_quota|cpu\.max/u);
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
    case "sync.pass":
    case "cpu.restore":
    case "memory.restore":
    case "process.continue":
    case "process.ensure":
      throw new Error(`${apply.op} begins no change`);
  }
}

/** What is not as it was, in words; a process that was killed is another one by design, so only its presence counts. */
export function differences(before: Look, now: Look): readonly string[] {
  return Object.entries(now).flatMap(([name, is]) => {
    const was = before[name];
    if (!was) return [`${name} was not there before`];
    const texts = { ...prefixed("", was.network), ...prefixed("limit ", was.limits) };
    const found = { ...prefixed("", is.network), ...prefixed("limit ", is.limits) };
    const lines = Object.keys({ ...texts, ...found }).flatMap((key) =>
      texts[key] === found[key] ? [] : [`${name} ${key}: ${texts[key] ?? "nothing"} -> ${found[key] ?? "nothing"}`],
    );
    const elements = is.elements.map((set) => `${name} packets: ${set} holds an address`);
    const programs = ["writer", "clerk"].flatMap((program) => {
      const own = is.processes.filter((one) => one.name === program);
      if (own.length === 0) return [`${name} process ${program}: absent`];
      return own.some(({ stopped, traced }) => stopped || traced) ? [`${name} process ${program}: stopped or traced`] : [];
    });
    return [...lines, ...elements, ...programs];
  });
}

const prefixed = (prefix: string, values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}${key}`, value]));
