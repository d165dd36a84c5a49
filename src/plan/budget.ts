// How many blocks of time a prediction needs to be decided, and how many the phases give. Numbers: docs/design.md, judging.
import type { Budget } from "../model/plan.ts";
import type { ProbeInstance } from "../model/probe.ts";
import { blockLengthMs } from "../statistics/block-length.ts";
import { type BlockCount, blocksToCall } from "../statistics/change-detector.ts";
import { blocksToProve } from "../statistics/share-proof.ts";

/** Probability of a false verdict that each prediction may have. */
export const alpha = 1e-3;

const available = (probe: ProbeInstance, spanMs: number): number => Math.floor(spanMs / blockLengthMs(probe.everyMs));

/** One block less than the time gives: samples that are still under way when the fault begins are left out. */
const clean = (probe: ProbeInstance, baselineMs: number): BlockCount => ({
  blockMs: blockLengthMs(probe.everyMs),
  blocks: Math.max(0, available(probe, baselineMs) - 1),
  bad: 0,
});

/** Blocks of a total outage that are called after a baseline of this length. */
export const neededToCall = (probe: ProbeInstance, baselineMs: number): number => blocksToCall(clean(probe, baselineMs), alpha);

/** Milliseconds of baseline after which so many blocks are enough to call an outage; undefined where none is. */
export function shortestBaselineMs(probe: ProbeInstance, blocks: number): number | undefined {
  const blockMs = blockLengthMs(probe.everyMs);
  for (let before = 1; before <= 1_000; before++)
    if (blocksToCall({ blockMs, blocks: before, bad: 0 }, alpha) <= blocks) return (before + 1) * blockMs;
  return undefined;
}

/** Both ways must be open: enough clean blocks to prove that nothing was there, enough bad ones to call something. One of them confirms, the other refutes. */
export const decidingBudget = (prediction: string, probe: ProbeInstance, baselineMs: number, spanMs: number): Budget => ({
  prediction,
  instance: probe.instance,
  needed: Math.max(blocksToProve(probe.tolerance, alpha), neededToCall(probe, baselineMs)),
  available: available(probe, spanMs),
});

/** Only calling counts: whoever was never impaired has nothing to recover from. */
export const callingBudget = (prediction: string, probe: ProbeInstance, baselineMs: number, windowMs: number): Budget => ({
  prediction,
  instance: probe.instance,
  needed: neededToCall(probe, baselineMs),
  available: available(probe, windowMs),
});
