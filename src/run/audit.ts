// Is everything as it was? Asked until it is, or until the deadline: short-lived processes of the probes need a moment to end.
import { difference, type Difference, type Digest } from "../model/digest.ts";
import { PlanefaultError } from "../model/error.ts";
import type { World } from "../model/world.ts";
import type { RunLog } from "./run-log.ts";

const limitMs = 10_000;
const everyMs = 500;

/** Lines of `renewed` are another process' by design. */
export async function audit(world: World, before: Digest, renewed: ReadonlySet<string>, log: RunLog): Promise<readonly Difference[]> {
  const endMs = log.clock.now() + limitMs;
  let after: Digest | undefined;
  let failure: unknown;
  for (let next = true; next; next = log.clock.now() < endMs) {
    try {
      after = await world.digest();
      if (difference(before, after, renewed).length === 0) break;
    } catch (error) {
      failure = error;
    }
    await log.clock.until(log.clock.now() + everyMs);
  }
  if (!after)
    throw new PlanefaultError("leak", "the state after the run could not be read", { hint: "planefault cleanup", cause: failure });
  log.record({ type: "digest", at: log.clock.now(), when: "after", digest: after });
  return difference(before, after, renewed);
}
