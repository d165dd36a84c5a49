// A process that was killed is down nearly all the time, a restarted one is another one; both are there again afterwards. Seen in /proc, by name, pid and start time.
import type { WitnessRow } from "../model/record.ts";
import type { Witness } from "../model/witness.ts";
import { isWatched, type Parts, type Reading, placeOf, values } from "./witness-rows.ts";

/** It looks every 100 ms. */
const longestGapMs = 1_000;
/** A machine that does something else too may give a process that was brought back a moment before it is shot again. */
const shareNeeded = 0.9;

const share = (rows: readonly WitnessRow[], name: string, value: 0 | 1): number =>
  rows.length === 0 ? 0 : values(rows, name).filter((one) => one === value).length / rows.length;

export function lifeState(witness: Extract<Witness, { kind: "life" }>, parts: Parts): Reading {
  const { before, during, after } = parts;
  const armedBefore = share(before, "sameStart", 1) === 1;
  const ended = share(during, "sameStart", 0) === 1;
  const down = share(during, "present", 0);
  const back = share(after, "present", 1) >= shareNeeded && after.at(-1)?.[1]["present"] === 1;
  const seen = `${values(during, "present").filter((value) => value === 0).length} of ${during.length} readings during the fault`;
  return {
    during:
      before.length === 0 || during.length === 0 || !isWatched(parts, longestGapMs)
        ? "unseen"
        : armedBefore && ended && (witness.asked === "renewed" || down >= shareNeeded)
          ? "acted"
          : "not-acted",
    after: after.length === 0 ? "unseen" : back ? "gone" : "still-acting",
    harm: undefined,
    sentence: `${placeOf(witness)}: ${armedBefore ? "" : "not the armed one before, "}down in ${seen}, ${ended ? "never" : "still"} the armed process then; ${after.length === 0 ? "not seen" : back ? "a new process, by design," : "not back"} after`,
  };
}
