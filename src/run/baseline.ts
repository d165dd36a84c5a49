// Probes until everything is steady. Whether the baseline is strong enough is the judge's question; here only what makes it useless is found, so that nothing is broken in vain.
import type { ProbeInstance } from "../model/probe.ts";
import type { Feed } from "./feed.ts";
import { isUnanswered, medianMs } from "./feed.ts";
import type { RunLog } from "./run-log.ts";

/** The baseline's length is tried this often before the run gives up. */
const attempts = 3;
/** Bad samples in a row that make it unsteady. */
const failingRun = 3;
/** How far the medians of the two halves may lie apart: wide, since machines warm up. */
const halvesFactor = 3;

/** Undefined when steady, else the sentences that say what is not. */
export async function baseline(feed: Feed, log: RunLog, lengthMs: number): Promise<string | undefined> {
  let unsteady: readonly string[] = [];
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const fromMs = log.clock.now();
    await log.clock.until(fromMs + lengthMs, log.stopping);
    unsteady = feed.probes.flatMap((probe) => findUnsteady(feed, probe, fromMs, fromMs + lengthMs) ?? []);
    if (unsteady.length === 0) return undefined;
    if (attempt === attempts) break;
    log.step(`not steady yet: ${unsteady[0]}`);
    log.mark("baseline", "end");
    log.mark("baseline", "begin", undefined, lengthMs);
  }
  return `no steady baseline within ${(attempts * lengthMs) / 1_000} s: ${unsteady.join("; ")}`;
}

function findUnsteady(feed: Feed, probe: ProbeInstance, fromMs: number, toMs: number): string | undefined {
  const rows = feed.taken(probe.instance, fromMs, toMs);
  const expected = Math.floor((toMs - fromMs) / probe.everyMs);
  if (rows.length < Math.max(1, expected / 2)) return `${probe.instance} gave ${rows.length} of ${expected} samples`;
  let run = 0;
  for (const row of rows) {
    run = isUnanswered(row) ? run + 1 : 0;
    if (run >= Math.min(failingRun, rows.length))
      return `${probe.instance} was ${row[2]} ${run} times in a row${row[3] === undefined ? "" : ` (${row[3]})`}`;
  }
  const middleMs = (fromMs + toMs) / 2;
  const early = medianMs(rows.filter(([at]) => at < middleMs));
  const late = medianMs(rows.filter(([at]) => at >= middleMs));
  if (early === undefined || late === undefined) return undefined;
  const apart = Math.max(early, late) > halvesFactor * Math.min(early, late) && Math.max(early, late) > probe.slowFloorMs;
  return apart ? `${probe.instance} took ${early.toFixed(1)} ms in its first half and ${late.toFixed(1)} ms in its second` : undefined;
}
