// Abort conditions: the experiment ends when it hurts more than its author allowed.
import type { AbortCondition } from "../model/plan.ts";
import { fillsWindow } from "../model/readings.ts";
import type { Feed } from "./feed.ts";
import { isUnanswered } from "./feed.ts";

/** The condition that holds at `nowMs`, as a sentence. Looks at whole windows inside of the fault phase only. */
export function abortReason(feed: Feed, aborts: readonly AbortCondition[], startMs: number, nowMs: number): string | undefined {
  for (const condition of aborts) {
    const rows = condition.instances.flatMap((instance) => feed.taken(instance, startMs, nowMs));
    // A late sample is known only after its deadline: the window ends at the newest sample that has arrived.
    const newestMs = rows.reduce((newest, [at]) => Math.max(newest, at), startMs);
    const window = rows.filter(([at]) => at > newestMs - condition.forMs);
    const oldestMs = window.reduce((oldest, [at]) => Math.min(oldest, at), newestMs);
    if (window.length === 0 || !fillsWindow(newestMs - startMs, condition.forMs) || !fillsWindow(newestMs - oldestMs, condition.forMs))
      continue;
    const bad = window.filter(isUnanswered).length;
    if (bad / window.length >= condition.failing)
      return `${bad} of ${window.length} samples of ${condition.instances.join(", ")} were bad over ${condition.forMs / 1_000} s (allowed: less than ${Math.round(condition.failing * 100)} %)`;
  }
  return undefined;
}
