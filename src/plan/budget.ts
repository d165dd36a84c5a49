// How many blocks of time a prediction needs to be decided, and how many the phases give. Numbers: docs/design.md, judging.
import type { Budget } from "../model/plan.ts";
import type { ProbeInstance } from "../model/probe.ts";

/** Probability of a false verdict that each prediction may have. */
export const alpha = 1e-3;

/** A total outage right after a clean start is called after so many blocks at this alpha. */
export const blocksToCall = 3;

/** Samples come in bursts, so a block of time is the unit of evidence. A long stall in the baseline can only make it longer. */
export const blockMs = (probe: Pick<ProbeInstance, "everyMs">): number => Math.max(100, probe.everyMs);

/** Clean blocks that prove "fewer than this share of the blocks is bad": (1 - tolerance)^n <= alpha. */
export const blocksToProve = (tolerance: number): number =>
  tolerance >= 1 ? 1 : Math.ceil(Math.log(1 / alpha) / -Math.log(1 - tolerance));

export const unaffectedBudget = (prediction: string, probe: ProbeInstance, spanMs: number): Budget => ({
  prediction,
  instance: probe.instance,
  needed: blocksToProve(probe.tolerance),
  available: Math.floor(spanMs / blockMs(probe)),
});

export const symptomBudget = (prediction: string, probe: ProbeInstance, windowMs: number): Budget => ({
  prediction,
  instance: probe.instance,
  needed: blocksToCall,
  available: Math.floor(windowMs / blockMs(probe)),
});
