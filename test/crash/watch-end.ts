// After a kill: looks at the components until nothing acts any more but what waits for cleanup, and nobody of ours is left beside them.
import { setTimeout as pause } from "node:timers/promises";
import { acts, differences, leavings, type Look } from "./look.ts";
import type { Box } from "./onlooker.ts";
import { type Killed, waitsForCleanup } from "./series.ts";
import type { Scene } from "./trial.ts";

/** A flapping link is up half of the time. */
const calmMs = 1_500;
const lookEveryMs = 50;

export interface Killing {
  readonly kind: Killed;
  readonly before: Look;
  readonly killedAt: number;
  /** Changes that were fired and not undone. */
  readonly acting: ReadonlySet<string>;
}

export interface Ending {
  readonly actedForMs: ReadonlyMap<string, number | undefined>;
  readonly different: readonly string[];
  /** Components that were not there at the last look. */
  readonly ended: readonly string[];
}

export async function watchEnd(
  { onlooker, plan }: Pick<Scene, "onlooker" | "plan">,
  boxes: readonly Box[],
  { kind, before, killedAt, acting }: Killing,
): Promise<Ending> {
  const patienceMs = Math.max(...plan.changes.map(({ leaseMs }) => leaseMs)) + 2 * calmMs;
  const actedForMs = new Map<string, number | undefined>([...acting].map((id) => [id, 0]));
  let calmSince = killedAt;
  for (;;) {
    // What a look saw is known of its beginning: it takes its time, which is nobody's delay but ours.
    const fromMs = performance.now();
    const now = await onlooker.look(boxes);
    const still = plan.changes.filter((change) => acts(change, before[change.apply.at.component], now[change.apply.at.component]));
    for (const { id } of still) actedForMs.set(id, fromMs - killedAt);
    const waiting = still.filter((change) => waitsForCleanup(kind, change));
    const left = leavings(now, kind === "harness" ? "ended" : "killed");
    // Agents that have undone everything take another moment to end.
    if (still.length > waiting.length || left.length > 0) calmSince = fromMs;
    if (fromMs - killedAt > patienceMs || fromMs - calmSince > calmMs) {
      for (const { id } of still) actedForMs.set(id, undefined);
      const ended = boxes.filter(({ name }) => !(name in now)).map(({ name }) => `${name} has ended`);
      return { actedForMs, different: [...differences(before, now, waiting), ...left], ended };
    }
    await pause(lookEveryMs);
  }
}
