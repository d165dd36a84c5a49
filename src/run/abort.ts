// Abort conditions: the experiment ends when it hurts more than its author allowed.
import type { AbortCondition } from "../model/plan.ts";
import type { ProbeInstance } from "../model/probe.ts";
import { fillsWindow, knownAfterMs } from "../model/readings.ts";
import { type Feed, isUnanswered } from "./feed.ts";

type Samples = Pick<Feed, "probes" | "taken">;

/** The condition that holds at `nowMs`, as a sentence. Looks at whole windows inside of the fault phase only, and at each instance by itself: a healthy replica must not excuse the other. */
export function abortReason(feed: Samples, aborts: readonly AbortCondition[], startMs: number, nowMs: number): string | undefined {
  for (const { instances, failing, forMs } of aborts)
    for (const probe of feed.probes.filter(({ instance }) => instances.includes(instance))) {
      const bad = badOf(feed, probe, forMs, startMs, nowMs).find(([count, all]) => all > 0 && count / all >= failing);
      if (bad)
        return `${bad[0]} of ${bad[1]} samples of ${probe.instance} were bad over ${forMs / 1_000} s (allowed: less than ${Math.round(failing * 100)} %)`;
    }
  return undefined;
}

/** Bad samples and all, in two windows: the newest, where what is still pending counts as good, and the newest of which everything is known. Good answers arrive at once and late ones at their deadline, so what has arrived looks too good. */
function badOf(
  feed: Samples,
  { instance, everyMs, deadlineMs }: ProbeInstance,
  forMs: number,
  startMs: number,
  nowMs: number,
): readonly (readonly [number, number])[] {
  const windowUntil = (endMs: number) => (endMs - forMs < startMs ? [] : feed.taken(instance, endMs - forMs, endMs));
  const newest = windowUntil(nowMs);
  const known = windowUntil(nowMs - knownAfterMs(deadlineMs));
  const [firstMs, lastMs] = known.reduce(([first, last], [at]) => [Math.min(first, at), Math.max(last, at)], [nowMs, startMs]);
  const isFull = fillsWindow(lastMs - firstMs + everyMs, forMs);
  return [
    [newest.filter(isUnanswered).length, Math.max(newest.length, Math.round(forMs / everyMs))],
    [known.filter(isUnanswered).length, isFull ? known.length : 0],
  ];
}
