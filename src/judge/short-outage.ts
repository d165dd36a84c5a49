// Outages that are too short to be called and too long for a burst. Whoever promises calm cannot pay for one with calm elsewhere, so it leaves the promise undecided.
import { shortestOutageMs } from "../statistics/burst.ts";
import { seconds } from "./finding.ts";
import { longestRun } from "./longest-run.ts";
import type { Trace } from "./symptoms.ts";

/** Slow blocks are left to the share of slow samples: on small machines even calm probes have three of them in a row. */
export function shortOutage(traces: readonly Trace[]): string | undefined {
  const [longest] = traces
    .filter(({ symptom }) => symptom === "failing" || symptom === "wrong")
    .map(({ symptom, bad, before: { blockMs } }) => ({ symptom, ms: longestMs(bad, blockMs), enoughMs: shortestOutageMs(blockMs) }))
    .filter(({ ms, enoughMs }) => ms >= enoughMs)
    .toSorted((one, other) => other.ms - one.ms);
  return longest && `${longest.symptom} for ${seconds(longest.ms)} on end, which is no burst`;
}

/** Shorter than two blocks is shorter than any outage that is asked for here. */
function longestMs(bad: readonly boolean[], blockMs: number): number {
  const run = longestRun(bad);
  return run ? (run.last - run.first + 1) * blockMs : 0;
}
