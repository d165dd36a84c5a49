// Leaves a component what cannot be taken from it and the headroom, and gives the limit back that it had.
// The limit follows what cannot be taken: at one that stands still, version 1 lets some wait for ever and refuses pages to others, who end themselves (docs/measured.md).
// Killing is switched off first and on again last, so that there is no moment at which the limit kills.
import { setTimeout } from "node:timers/promises";
import type { MemoryIdentity } from "../model/identity.ts";
import type { Executor } from "./executor.ts";
import {
  bytesIn,
  fixedBytes,
  type MemoryPlace,
  readKillDisable,
  readMemoryLimit,
  readMemoryUse,
  wholePages,
  writeKillDisable,
  writeMemoryLimit,
} from "./memory.ts";
import { checkInhabited } from "./same-place.ts";

/** At the shot: a group that takes memory faster than the kernel drops its cache is looked at anew. */
const attempts = 5;
const followMs = 50;
/** The kernel's own figures are not more exact. */
const leastStepBytes = 2 ** 19;

interface Asked {
  readonly headroomBytes: number;
  /** Of the cgroup as we see it. */
  readonly folder: string;
  /** May take its time while the kernel makes room, and may be refused. */
  readonly write?: typeof writeMemoryLimit;
  /** Between two looks. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

const isBusy = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EBUSY";

export function memoryLimit(
  component: string,
  memory: MemoryIdentity,
  { headroomBytes, folder, write = writeMemoryLimit, pause = setTimeout }: Asked,
): Executor {
  const place: MemoryPlace = { version: memory.version, folder };
  let ended = false;
  let working: Promise<void> | undefined;
  const isOver = (): boolean => ended;
  const wanted = (): number => wholePages(fixedBytes(readMemoryUse(place)) + headroomBytes);

  const squeeze = async (): Promise<number> => {
    await writeKillDisable(place, "1");
    let limit = 0;
    for (let attempt = 0; attempt < attempts && !isOver(); attempt += 1) {
      if (attempt > 0) await pause(followMs);
      limit = wanted();
      if (limit >= bytesIn(memory.before)) throw new Error(`${memory.cgroup} has a limit of its own that leaves it less: ${memory.before}`);
      try {
        await write(place, String(limit));
        return limit;
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
    }
    if (isOver()) throw new Error(`the limit of ${memory.cgroup} was undone before it stood`);
    throw new Error(`the kernel refused a limit of ${memory.cgroup} ${attempts} times: its use did not fall below ${limit} bytes`);
  };
  /** Until the undo, or somebody else such as the keeper has written the limit. What the kernel refuses is tried again at the next look. */
  const follow = async (first: number): Promise<void> => {
    for (let limit = first; !isOver() && bytesIn(readMemoryLimit(place)) === limit; await pause(followMs)) {
      const next = Math.min(wanted(), bytesIn(memory.before));
      if (Math.abs(next - limit) < leastStepBytes) continue;
      try {
        await write(place, String(next));
        limit = next;
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
    }
  };
  return {
    endsApply: true,
    check: () => {
      checkInhabited(component, folder);
      const found = `${readMemoryLimit(place)} ${readKillDisable(place)}`.trim();
      const armed = `${memory.before} ${memory.killDisable}`.trim();
      if (found !== armed) throw new Error(`somebody else changed the memory limit of ${memory.cgroup}: "${found}", armed was "${armed}"`);
    },
    apply: async () => {
      ended = false;
      const squeezing = squeeze();
      working = squeezing.then(follow).catch(() => undefined);
      await squeezing;
    },
    undo: async () => {
      ended = true;
      if (working !== undefined) {
        // A write that is still making room would set its limit after ours. This hurries it on.
        await write(place, memory.before).catch(() => undefined);
        await working;
        working = undefined;
      }
      await write(place, memory.before);
      await writeKillDisable(place, memory.killDisable);
    },
  };
}
