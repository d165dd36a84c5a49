// Outages that are too short to be called and too long for a burst. Whoever promises calm cannot pay for one with calm elsewhere, so it leaves the promise undecided.
import { shortestOutageMs } from "../statistics/burst.ts";
import { seconds } from "./finding.ts";
import type { Trace } from "./symptoms.ts";

/** Slow blocks are left to the share of slow samples: on small machines even calm probes have three of them in a row. */
export function shortOutage(traces: readonly Trace[]): string | undefined {
  const [longest] = traces
    .filter(({ symptom }) => symptom === "failing" || symptom === "wrong")
    .map(({ symptom, bad, before: { blockMs } }) => ({ symptom, ms: longestRun(bad) * blockMs, enoughMs: shortestOutageMs(blockMs) }))
    .filter(({ ms, enoughMs }) => ms >= enoughMs)
    .toSorted((one, other) => other.ms - one.ms);
  return longest && `${longest.symptom} for ${seconds(longest.ms)} on end, which is no burst`;
}

function longestRun(blocks: readonly boolean[]): number {
  let run = 0;
  return blocks.reduce((longest, isBad) => Math.max(longest, (run = isBad ? run + 1 : 0)), 0);
}
