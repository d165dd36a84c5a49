// The series of crashes: which of our programs each of them kills, and what has to be over by when. Pure.
import type { Kind } from "../../src/drivers/docker/labels.ts";
import { type Change, isOfLink } from "../../src/model/op.ts";

export const killed = ["harness", "harness and agents", "harness, agents and standbys", "harness, agents, standbys and keeper"] as const;
export type Killed = (typeof killed)[number];

/** Beside the harness, by the labels of our containers. Whoever is not named lives on, and a keeper that was killed is started again by the engine. */
export const victims: Readonly<Record<Killed, readonly Kind[]>> = {
  harness: [],
  "harness and agents": ["agent", "vantage"],
  "harness, agents and standbys": ["agent", "vantage", "standby"],
  "harness, agents, standbys and keeper": ["agent", "vantage", "standby", "keeper"],
};

/** What is done to a link ends with the component where agent and standby are dead. */
export const waitsForCleanup = (kind: Killed, change: Pick<Change, "undo">): boolean =>
  victims[kind].includes("standby") && isOfLink(change);

/** With agents that live. */
const promisedMs = 1_000;
/** A process has to be started anew: runsv waits a second before it starts again what lived for less, and node takes its time to start. Nobody of ours can hurry them. */
const supervisorMs = 2_000;

/** After the kill; undefined: only that nothing is left after `planefault cleanup`. */
export function allowedMs(kind: Killed, change: Pick<Change, "leaseMs" | "undo">): number | undefined {
  if (waitsForCleanup(kind, change)) return undefined;
  if (kind !== "harness") return change.leaseMs;
  return promisedMs + (change.undo.op === "process.ensure" ? supervisorMs : 0);
}
