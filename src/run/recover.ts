// After the undo: wait until every plane is back. The only phase that may end early, and never before all that was predicted for it can be decided.
import { blockLengthMs } from "../statistics/block-length.ts";
import { blocksToCall } from "../statistics/change-detector.ts";
import type { Plan } from "../model/plan.ts";
import type { ProbeInstance } from "../model/probe.ts";
import type { Feed } from "./feed.ts";
import { isUnanswered, medianMs } from "./feed.ts";
import type { RunLog } from "./run-log.ts";

const checkEveryMs = 100;
/** Being back means this long, and at least this many periods, without a deviation. */
const quietMs = 4_000;
const quietPeriods = 5;
/** Blocks may turn out longer than planned (twice the longest stall of the baseline), so twice the budget is waited for. */
const budgetFactor = 2;

export interface RunTimes {
  readonly baselineMs: readonly [number, number];
  readonly faultStartMs: number;
  readonly undoneMs: number;
}

export async function recover(plan: Plan, feed: Feed, log: RunLog, times: RunTimes): Promise<void> {
  const endMs = log.clock.now() + plan.phases.recoveryMs;
  while (log.clock.now() < endMs) {
    await log.clock.until(Math.min(log.clock.now() + checkEveryMs, endMs), log.stopping);
    const nowMs = log.clock.now();
    if (
      !isClaimAwaited(plan) &&
      plan.probes.every((probe) => isBack(feed, probe, times, nowMs)) &&
      isUnaffectedProved(plan, feed, times, nowMs) &&
      isRecoveryProved(plan, times, nowMs)
    )
      return;
  }
}

/** What a signal claims is counted over the phase, not tested: a lie may begin when all probes have long been back, so nothing but the whole phase shows what was predicted for it. */
const isClaimAwaited = ({ predictions }: Plan): boolean =>
  predictions.some((prediction) => prediction.kind === "claims" && prediction.during === "recovery");

/** The newest samples of a quiet span are all good and as fast as in the baseline. */
function isBack(feed: Feed, probe: ProbeInstance, times: RunTimes, nowMs: number): boolean {
  // What was asked during the fault may be answered until its deadline, and is no row before that.
  const spanMs = Math.max(quietMs, quietPeriods * probe.everyMs, probe.deadlineMs);
  if (nowMs - times.undoneMs < spanMs) return false;
  const rows = feed.taken(probe.instance, nowMs - spanMs, nowMs);
  if (rows.length < (spanMs / probe.everyMs) * 0.8 || rows.some(isUnanswered)) return false;
  const before = medianMs(feed.taken(probe.instance, ...times.baselineMs)) ?? 0;
  const after = medianMs(rows) ?? 0;
  return after <= Math.max(2 * before, probe.slowFloorMs);
}

/** An instance that must be proved unaffected gets its whole phase as soon as one of its samples was bad: then the judge needs all there is. */
function isUnaffectedProved(plan: Plan, feed: Feed, times: RunTimes, nowMs: number): boolean {
  const unaffected = new Map(
    plan.predictions
      .filter((prediction) => prediction.kind === "unaffected")
      .flatMap((prediction) => prediction.instances.map((instance) => [instance, prediction.id] as const)),
  );
  return plan.probes.every((probe) => {
    if (!unaffected.has(probe.instance)) return true;
    if (feed.taken(probe.instance, times.faultStartMs, nowMs).some(isUnanswered)) return false;
    const budget = plan.budget.find((entry) => entry.instance === probe.instance && entry.prediction === unaffected.get(probe.instance));
    if (!budget) return false;
    return (nowMs - times.faultStartMs) / blockLengthMs(probe.everyMs) >= Math.max(budget.needed * budgetFactor, 1);
  });
}

/** The judge says "recovered" only where it could have called a relapse; the shorter the baseline, the more blocks that takes. */
function isRecoveryProved(plan: Plan, times: RunTimes, nowMs: number): boolean {
  const baselineMs = times.baselineMs[1] - times.baselineMs[0];
  return plan.predictions.every((prediction) => {
    if (prediction.kind !== "recovery") return true;
    return plan.probes
      .filter(({ instance }) => prediction.instances.includes(instance))
      .every((probe) => {
        const blockMs = budgetFactor * blockLengthMs(probe.everyMs);
        const needed = blocksToCall({ blockMs, blocks: Math.floor(baselineMs / blockMs), bad: 0 }, plan.alpha);
        return (nowMs - times.undoneMs - prediction.withinMs) / blockMs >= needed;
      });
  });
}
