// How long packets may be held back, and how many of them may suffer: what our canaries can tell from nothing, and what an agent may wait for until its queue is empty.
import * as z from "zod";
import { Duration } from "../model/duration.ts";

const shortestMs = 10;
/** The agent knows the same limit (agent/disturb.ts). */
export const longestWaitMs = 1_000;

export const Wait = Duration.refine((ms) => ms >= shortestMs && ms <= longestWaitMs, {
  error: "packets are held back for 10ms to 1s: less could not be told from a busy machine, and more would outlast their undo",
});

/** In percent; fewer than ten could not be told from none. */
export const shareOf = (what: string, most: number) =>
  z.number().min(10).max(most).describe(`${what}, 10 to ${most}; fewer than ten could not be told from none by our canaries`);
