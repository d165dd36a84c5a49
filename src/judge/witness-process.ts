// A paused process is seen as stopped in /proc, by pid and start time, so that a restarted one does not pass for it.
import type { Witness } from "../model/witness.ts";
import { isWatched, type Parts, type Reading, placeOf, values } from "./witness-rows.ts";

/** It looks every 100 ms. */
const longestGapMs = 1_000;

export function processState(witness: Extract<Witness, { kind: "process" }>, parts: Parts): Reading {
  const during = values(parts.during, "stopped");
  const same = values([...parts.during, ...parts.after], "sameStart").every((value) => value === 1);
  const before = values(parts.before, "stopped");
  // The undo answers once the process runs, so a single later reading is enough: somebody else, such as the end of a lease, set it free.
  const after = values(parts.after, "stopped");
  const stoppedAfter = after.filter((value) => value === 1).length;
  return {
    during:
      during.length === 0 || before.length === 0 || !isWatched(parts, longestGapMs)
        ? "unseen"
        : during.every((value) => value === 1) && before.every((value) => value === 0) && same
          ? "acted"
          : "not-acted",
    after: after.length === 0 ? "unseen" : stoppedAfter === 0 ? "gone" : "still-acting",
    harm: undefined,
    sentence: `${placeOf(witness)}: stopped in ${during.filter((value) => value === 1).length} of ${during.length} readings during the fault, ${after.length === 0 ? "not seen" : stoppedAfter === 0 ? "running" : `still stopped in ${stoppedAfter} of ${after.length}`} after${same ? "" : "; it was another process meanwhile"}`,
  };
}
