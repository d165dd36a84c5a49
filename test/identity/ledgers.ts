// A lease on its way through the keeper's file, in which it may have become what nobody wrote.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEntry } from "../../src/keeper/ledger.ts";
import type { ArmedChange } from "../../src/model/identity.ts";
import { limitFiles } from "./machine.ts";
import type { Scene } from "./scene.ts";

/** A cgroup to which another name is given; undefined: the process is no longer bound. */
const ledgers = {
  "the cgroup of the replica": ({ twin }: Scene, cgroup: string) => cgroup.replace(/docker\/[0-9a-f]+/u, `docker/${twin.id}`),
  "a way up": (_: Scene, cgroup: string) => `${cgroup}/../..`,
  "the engine's own group": (_: Scene, cgroup: string) => `${cgroup.split("/")[0]}/docker`,
  "a group that others made in it": (_: Scene, cgroup: string) => cgroup.replace(/(docker\/[0-9a-f]+).*/u, "$1/payload"),
  "no start time": undefined,
  "no start time, and the pid of many": undefined,
} as const;
export type LedgerName = keyof typeof ledgers;
export const ledgerNames = Object.keys(ledgers) as readonly LedgerName[];

export function ledgerOf(scene: Scene, armed: ArmedChange, name: LedgerName | undefined): ArmedChange {
  const written = parseEntry(JSON.stringify({ version: 1, entry: "lease", armed: name === undefined ? armed : amiss(scene, armed, name) }));
  if (written.entry !== "lease") throw new Error("a lease became a release");
  return written.armed;
}

function amiss(scene: Scene, armed: ArmedChange, name: LedgerName): object {
  const { limit, quota, memory, process } = armed.at;
  const other = ledgers[name];
  if (other === undefined) {
    const unbound = { startTicks: undefined, ...(name === "no start time" ? {} : { hostPid: -1 }) };
    return { ...armed, at: { ...armed.at, ...(process && { process: { ...process, ...unbound } }) } };
  }
  const elsewhere = <Place extends { readonly cgroup: string }>(one: Place): Place => ({ ...one, cgroup: other(scene, one.cgroup) });
  const moved = {
    ...(limit && { limit: elsewhere(limit) }),
    ...(quota && { quota: elsewhere(quota) }),
    ...(memory && { memory: elsewhere(memory) }),
  };
  for (const { cgroup } of Object.values(moved)) if (cgroup.endsWith("/payload")) makePayload(scene, cgroup);
  return { ...armed, at: { ...armed.at, ...moved } };
}

function makePayload({ machine }: Scene, cgroup: string): void {
  const folder = join(machine.cgroups(), cgroup);
  mkdirSync(folder, { recursive: true });
  for (const file of Object.values(limitFiles)) writeFileSync(join(folder, file), "8:0 5\n");
}
