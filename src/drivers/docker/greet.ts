// Tells an agent the run's clock. On one machine CLOCK_MONOTONIC is shared and nothing is corrected; a remote engine's offset is measured by round trips.
import { PlanefaultError } from "../../model/error.ts";
import type { Channel } from "./channel.ts";
import type { RunIdentity } from "./session-context.ts";

export const heartbeatMs = 250;
/** Agents and keeper undo everything and end after so long without a word. */
export const silenceMs = 8 * heartbeatMs;
/** Who has said nothing for twice as long has ended or hangs, or the engine between us does. */
export const patienceBeats = 16;
const deadlineMs = 15_000;
const rounds = 5;
/** A shared clock shows no more than the way of the answer; anything beyond this and the round trip is another machine's clock. */
const sharedMs = 5;

/** Offset 0 of the run on the agent's clock, in nanoseconds; returned for the record. */
export async function greet(channel: Channel, run: RunIdentity): Promise<bigint> {
  await channel.demand({ do: "hello", originNs: String(run.originNs), silenceMs }, deadlineMs);
  const offsetMs = await measureOffset(channel, run.originNs);
  if (offsetMs === 0) return run.originNs;
  const originNs = run.originNs + BigInt(Math.round(offsetMs * 1e6));
  await channel.demand({ do: "hello", originNs: String(originNs), silenceMs }, deadlineMs);
  return originNs;
}

/** Agent's reading minus ours, from the quickest of a few round trips; 0 where both read the same clock. */
async function measureOffset(channel: Channel, originNs: bigint): Promise<number> {
  let best = { roundTripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const sent = nowMs(originNs);
    const answer = await channel.demand({ do: "ping" }, deadlineMs);
    const received = nowMs(originNs);
    if (typeof answer !== "number")
      throw new PlanefaultError("agent", `${channel.name} answered a ping with ${JSON.stringify(answer)}`, {
        hint: "agent and harness come from different versions",
      });
    if (received - sent < best.roundTripMs) best = { roundTripMs: received - sent, offsetMs: answer - (sent + received) / 2 };
  }
  return Math.abs(best.offsetMs) <= sharedMs + best.roundTripMs / 2 ? 0 : best.offsetMs;
}

/** Milliseconds of the run's clock. */
export const nowMs = (originNs: bigint): number => Number(process.hrtime.bigint() - originNs) / 1e6;
