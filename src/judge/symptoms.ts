// Which symptoms an instance shows in a span, how strong the evidence is, when it sufficed, and from when to when it lasted.
import type { ProbeInstance } from "../model/probe.ts";
import type { Symptom } from "../model/plan.ts";
import { symptomsOf } from "../model/symptoms.ts";
import type { Baseline } from "./baseline.ts";
import { type Block, type Series, blocksOf } from "./blocks.ts";
import { type BlockCount, changeDetector, shareBefore } from "../statistics/change-detector.ts";
import { type Step, newMaximaDetector } from "../statistics/e-detector.ts";
import { type Span, length, mergeSpans } from "./spans.ts";

export interface Trace {
  readonly symptom: Symptom;
  /** Upper bound of the share of bad blocks in the baseline. */
  readonly p0: number;
  /** What it is compared with. */
  readonly before: BlockCount;
  readonly bad: readonly boolean[];
  readonly steps: readonly Step[];
  readonly peak: number;
  /** Undefined: never called. */
  readonly called: Called | undefined;
}

interface Called {
  readonly atMs: number;
  /** Where the first stretch begins for which the evidence suffices: the loudest one may come much later. */
  readonly onsetMs: number;
  /** The loudest stretch, which may bridge a calm one between two faults. */
  readonly window: Span;
  /** Every stretch that is loud by itself, and between them only what is as clearly calm. */
  readonly stretches: readonly Span[];
}

/** An instance with what is known about it. */
export interface Observed {
  readonly probe: ProbeInstance;
  readonly series: Series;
  /** Undefined: it took no sample in the baseline. */
  readonly baseline: Baseline | undefined;
}

function badBlocks(symptom: Symptom, blocks: readonly Block[], baseline: Baseline, slowFloorMs: number): readonly boolean[] {
  switch (symptom) {
    case "failing":
      return blocks.map((block) => block.failing);
    case "slow":
      return blocks.map((block) => block.slow);
    case "wrong":
      return blocks.map((block) => block.wrong);
    case "stale":
      // New maxima in a row are the evidence. Twice the maximum, and the floor, only make them rarer, so the bound holds; without them one burst of load on the machine was called stale.
      return blocks.map((block) => block.slowestMs > staleBoundMs(baseline, slowFloorMs));
  }
}

export const staleBoundMs = ({ slowestMs }: Baseline, slowFloorMs: number): number => Math.max(2 * slowestMs, slowFloorMs);

export function tracesOf(observed: Observed, span: Span, alpha: number): readonly Trace[] {
  const { baseline, probe, series } = observed;
  if (!baseline || length(span) === 0) return [];
  const blocks = blocksOf(series, span, baseline.blockMs, baseline.slowBoundMs);
  return symptomsOf(probe.measurement).map((symptom) =>
    traceOf(symptom, blocks, badBlocks(symptom, blocks, baseline, probe.slowFloorMs), baseline, alpha),
  );
}

/** `failing` without what was only late: somebody said no. */
export function refusalOf({ baseline, series }: Observed, span: Span, alpha: number): Trace | undefined {
  if (!baseline || length(span) === 0) return undefined;
  const blocks = blocksOf(series, span, baseline.blockMs, baseline.slowBoundMs);
  const refused = blocks.map((block) => block.failed);
  return traceOf("failing", blocks, refused, baseline, alpha);
}

function traceOf(symptom: Symptom, blocks: readonly Block[], bad: readonly boolean[], baseline: Baseline, alpha: number): Trace {
  const before = symptom === "stale" ? { blockMs: baseline.blockMs, blocks: baseline.blocks.length, bad: 0 } : baseline[symptom];
  const p0 = shareBefore(before, alpha);
  const detector = symptom === "stale" ? newMaximaDetector(before.blocks) : changeDetector(before, alpha);
  const steps = blocks.map((block, index) => ({ atMs: block.atMs + baseline.blockMs, e: detector(bad[index] === true) }));
  const callIndex = steps.findIndex(({ e }) => e >= 1 / alpha);
  const calledAt = steps[callIndex]?.atMs;
  const weights = weightsOf(p0);
  const window = windowOf(blocks, bad, weights, baseline.blockMs);
  const loud = stretchesOf(blocks, bad, weights, baseline.blockMs, Math.log(1 / alpha));
  const [loudest = window] = loud;
  // The detector looks for any share, a stretch for one: what was called before any stretch was loud enough began where it spoke loudest until then.
  const early =
    calledAt !== undefined && loudest && loudest.from >= calledAt
      ? windowOf(blocks, bad.slice(0, callIndex + 1), weights, baseline.blockMs)
      : undefined;
  const called = mergeSpans([early ?? [], loud.length > 0 ? loud : (window ?? [])].flat());
  const [first] = called;
  return {
    symptom,
    p0,
    before,
    bad,
    steps,
    peak: steps.reduce((peak, { e }) => Math.max(peak, e), 0),
    called: calledAt === undefined || !window || !first ? undefined : { atMs: calledAt, onsetMs: first.from, window, stretches: called },
  };
}

interface Weights {
  readonly forBad: number;
  readonly forClean: number;
}

/** Log likelihood ratios of one block for "more often bad than p0". */
function weightsOf(p0: number): Weights {
  const null0 = Math.min(p0, 0.99);
  const share = null0 + (1 - null0) * 0.2;
  return { forBad: Math.log(share / null0), forClean: Math.log((1 - share) / (1 - null0)) };
}

/** The stretch of blocks that speaks loudest: the segment with the largest sum (Kadane). */
function windowOf(blocks: readonly Block[], bad: readonly boolean[], { forBad, forClean }: Weights, blockMs: number): Span | undefined {
  let best: { readonly sum: number; readonly from: number; readonly to: number } | undefined;
  let sum = 0;
  let from = 0;
  for (const [index, isBad] of bad.entries()) {
    if (sum <= 0) [sum, from] = [0, index];
    sum += isBad ? forBad : forClean;
    if (sum > (best?.sum ?? 0)) best = { sum, from, to: index };
  }
  const [first, last] = best ? [blocks[best.from], blocks[best.to]] : [];
  return first && last ? { from: first.atMs, to: last.atMs + blockMs } : undefined;
}

/** Segments whose sum reaches `enough`; one ends where the sum has fallen by as much since its peak: then what follows the peak speaks as loudly for calm (the X-drop of sequence alignment). */
function stretchesOf(
  blocks: readonly Block[],
  bad: readonly boolean[],
  { forBad, forClean }: Weights,
  blockMs: number,
  enough: number,
): readonly Span[] {
  const found: Span[] = [];
  let open: { readonly from: number; to: number; sum: number; peak: number } | undefined;
  const close = (): void => {
    const [first, last] = open && open.peak >= enough ? [blocks[open.from], blocks[open.to]] : [];
    if (first && last) found.push({ from: first.atMs, to: last.atMs + blockMs });
    open = undefined;
  };
  for (const [index, isBad] of bad.entries()) {
    if (isBad) open ??= { from: index, to: index, sum: 0, peak: 0 };
    if (!open) continue;
    open.sum += isBad ? forBad : forClean;
    if (open.sum > open.peak) [open.peak, open.to] = [open.sum, index];
    else if (open.sum <= Math.max(0, open.peak - enough)) close();
  }
  close();
  return found;
}
