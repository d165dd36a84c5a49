// The fault phase after the first shot: later shots and short changes at their times, abort conditions, interrupts. It never ends early for any other reason.
import type { Plan } from "../model/plan.ts";
import { abortReason } from "./abort.ts";
import type { Feed } from "./feed.ts";
import type { FireSchedule } from "./fire-schedule.ts";
import type { RunLog } from "./run-log.ts";

const checkEveryMs = 100;

/** Returns the abort condition's sentence where one was met. */
export async function hold(plan: Plan, schedule: FireSchedule, feed: Feed, log: RunLog, startMs: number): Promise<string | undefined> {
  const endMs = startMs + plan.phases.faultMs;
  const stop = new AbortController();
  const either = AbortSignal.any([log.stopping, stop.signal]);
  const watch = async (): Promise<string | undefined> => {
    for (let atMs = startMs; atMs < endMs; atMs += checkEveryMs) {
      await log.clock.until(Math.min(atMs + checkEveryMs, endMs), either);
      const reason = abortReason(feed, plan.aborts, startMs, log.clock.now());
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
  const shots = async (): Promise<void> => {
    try {
      await schedule.keep(startMs, endMs, either);
    } catch (error) {
      stop.abort(error);
      if (error !== ended) throw error;
    }
  };
  // One that fails stops the other one; both have come to rest before the undo begins.
  const [seen, kept] = await Promise.allSettled([watch().finally(() => stop.abort(ended)), shots()]);
  if (kept.status === "rejected") throw kept.reason;
  if (seen.status === "rejected") throw seen.reason;
  return seen.value;
}

/** Reason given to shots that are still waiting when the phase is over. */
const ended = Symbol("the fault phase is over");
