// How often the witnesses of an experiment send canaries: often enough to prove a share, and seldom enough that the target does not feel them.
import type { Change } from "../model/op.ts";
import type { Witness } from "../model/witness.ts";

/**
 * Of all witnesses together, per second. A canary costs both agents and both kernels 0.1 to 0.3 ms: two applications that lose packets to three members have 24 streams,
 * which at fifty a second each took 85 % of a processor, and on two processors no baseline of the target was steady any more.
 */
const together = 300;
/** So many in each change, however short it is: a tenth that is lost can be told from nothing. */
const fewest = 100;
/** A loss that goes on after the undo must be seen within two seconds. */
const [shortestMs, longestMs] = [20, 150];

/** A witness whose canaries have no pace yet. */
export type Unpaced = Witness extends infer W ? (W extends Witness ? Omit<W, "everyMs"> : never) : never;

/** Datagrams and connections are streams of their own where both are caught. */
const streamsOf = (witness: Unpaced): number => {
  if (witness.kind === "disturbance") return 1;
  return witness.kind !== "packets" ? 0 : witness.traffic.protocol === "any" ? 2 : 1;
};

/** One that is held back must see others pass. */
const overtakersMs = (witness: Unpaced): number =>
  witness.kind === "disturbance" && witness.disturbance.kind === "reorder" ? Math.floor(witness.disturbance.delayMs / 3) : Infinity;

export function pace(witnesses: readonly Unpaced[], changes: readonly Pick<Change, "startMs" | "endMs">[]): readonly Witness[] {
  const streams = witnesses.reduce((sum, witness) => sum + streamsOf(witness), 0);
  const shared = (streams / together) * 1_000;
  const change = Math.min(...changes.map(({ startMs, endMs }) => endMs - startMs));
  const everyMs = Math.max(shortestMs, Math.round(Math.min(shared, longestMs, change / fewest)));
  return witnesses.map((witness) =>
    witness.kind === "packets" || witness.kind === "disturbance"
      ? { ...witness, everyMs: Math.min(everyMs, overtakersMs(witness)) }
      : witness,
  );
}
