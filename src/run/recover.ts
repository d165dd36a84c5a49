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
  const earliestMs = isClaimAwaited(plan) ? endMs : Math.max(unaffectedProvedMs(plan, times), recoveryProvedMs(plan, times));
  const habits = new Map(plan.probes.map((probe) => [probe.instance, usualMs(feed, probe, times)]));
  while (log.clock.now() < endMs) {
    await log.clock.until(Math.min(log.clock.now() + checkEveryMs, endMs), log.stopping);
    const nowMs = log.clock.now();
    const isBack = (probe: ProbeInstance): boolean => isQuiet(feed, probe, habits.get(probe.instance) ?? 0, times, nowMs);
    if (nowMs >= earliestMs && plan.probes.every(isBack) && isUnaffectedSpotless(plan, feed, times, nowMs)) return;
  }
}

/** What a signal claims is counted over the phase, not tested: a lie may begin when all probes have long been back, so nothing but the whole phase shows what was predicted for it. */
const isClaimAwaited = ({ predictions }: Plan): boolean =>
  predictions.some((prediction) => prediction.kind === "claims" && prediction.during === "recovery");

const usualMs = (feed: Feed, probe: ProbeInstance, { baselineMs }: RunTimes): number =>
  medianMs(feed.taken(probe.instance, ...baselineMs)) ?? 0;

/** The newest samples of a quiet span are all good and as fast as in the baseline. */
function isQuiet(feed: Feed, probe: ProbeInstance, beforeMs: number, times: RunTimes, nowMs: number): boolean {
  // What was asked during the fault may be answered until its deadline, and is no row before that.
  const spanMs = Math.max(quietMs, quietPeriods * probe.everyMs, probe.deadlineMs);
  if (nowMs - times.undoneMs < spanMs) return false;
  const rows = feed.taken(probe.instance, nowMs - spanMs, nowMs);
  if (rows.length < (spanMs / probe.everyMs) * 0.8 || rows.some(isUnanswered)) return false;
  return (medianMs(rows) ?? 0) <= Math.max(2 * beforeMs, probe.slowFloorMs);
}

/** Each instance that must be proved unaffected, with the prediction that says so. */
const mustBeUnaffected = ({ predictions }: Plan): ReadonlyMap<string, string> =>
  new Map(
    predictions
      .filter((prediction) => prediction.kind === "unaffected")
      .flatMap((prediction) => prediction.instances.map((instance) => [instance, prediction.id] as const)),
  );

/** When enough blocks have been seen. */
function unaffectedProvedMs(plan: Plan, { faultStartMs }: RunTimes): number {
  const unaffected = mustBeUnaffected(plan);
  const instants = plan.probes.map(({ instance, everyMs }) => {
    if (!unaffected.has(instance)) return faultStartMs;
    const budget = plan.budget.find((entry) => entry.instance === instance && entry.prediction === unaffected.get(instance));
    if (!budget) return Number.POSITIVE_INFINITY;
    return faultStartMs + blockLengthMs(everyMs) * Math.max(budget.needed * budgetFactor, 1);
  });
  return Math.max(faultStartMs, ...instants);
}

/** As soon as one sample was bad the judge needs all that the phase gives. */
function isUnaffectedSpotless(plan: Plan, feed: Feed, { faultStartMs }: RunTimes, nowMs: number): boolean {
  return [...mustBeUnaffected(plan).keys()].every((instance) => !feed.taken(instance, faultStartMs, nowMs).some(isUnanswered));
}

/** The judge says "recovered" only where it could have called a relapse; the shorter the baseline, the more blocks that takes. */
function recoveryProvedMs(plan: Plan, times: RunTimes): number {
  const baselineMs = times.baselineMs[1] - times.baselineMs[0];
  const instants = plan.predictions.flatMap((prediction) => {
    if (prediction.kind !== "recovery") return [];
    return plan.probes
      .filter(({ instance }) => prediction.instances.includes(instance))
      .map((probe) => {
        const blockMs = budgetFactor * blockLengthMs(probe.everyMs);
        const needed = blocksToCall({ blockMs, blocks: Math.floor(baselineMs / blockMs), bad: 0 }, plan.alpha);
        return times.undoneMs + prediction.withinMs + needed * blockMs;
      });
  });
  return Math.max(times.undoneMs, ...instants);
}
