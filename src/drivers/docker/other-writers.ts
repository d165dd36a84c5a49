// Who may be writing numbers in a running target: two writers of one number spoil each other's evidence, so a guest writes only where nobody else can.
import type Dockerode from "dockerode";
import { learnt } from "./engine.ts";
import { label } from "./labels.ts";
import type { RunningTarget } from "./running-targets.ts";

const deadlineMs = 5_000;

/** Asked when the guest's own containers run: of two guests that come at once, at least one then sees the other. */
export async function othersMayWrite(
  docker: Pick<Dockerode, "listContainers">,
  { session, harness }: Pick<RunningTarget, "session" | "harness">,
  own: string,
): Promise<boolean> {
  if (harness !== "gone") return true;
  const running = (labels: readonly string[]) =>
    learnt(deadlineMs, "the engine's list of containers", docker.listContainers({ filters: { label: [...labels] } }));
  const [vantages, guests] = await Promise.all([
    // The agents of a killed harness go on until they miss its heartbeats, and their containers end with them.
    running([`${label.session}=${session}`, `${label.kind}=vantage`]),
    running([`${label.guest}=${session}`]),
  ]);
  return vantages.length > 0 || guests.some(({ Labels: labels }) => labels[label.session] !== own);
}
