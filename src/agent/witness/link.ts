// Witness of a link: what the kernel says of the interface, read fifty times a second, and canaries from a peer, which must not arrive while it is down.
import type { Witness } from "../../model/witness.ts";
import { isCarrying } from "../link.ts";
import type { Running } from "../session.ts";
import { answerCanaries, type PacketsWitness } from "./packets-answer.ts";
import { sendCanaries } from "./packets-send.ts";
import { collectRows } from "./rows.ts";
import type { WitnessCommand, WitnessContext } from "./start-witness.ts";
import { windowMs } from "./tally.ts";

type LinkWitness = Extract<Witness, { readonly kind: "link" }>;

const everyMs = 20;

export async function startLinkWitness(witness: LinkWitness, command: WitnessCommand, context: WitnessContext): Promise<Running> {
  const canaries = canariesOf(witness);
  if (command.role === "send") {
    if (!canaries) throw new Error(`witness ${witness.id} has no peer that could send`);
    return sendCanaries(canaries, command, context);
  }
  const link = command.armed.find(({ change }) => witness.changes.includes(change.id))?.at.link;
  if (!link) throw new Error(`witness ${witness.id} was given no armed link`);
  let carried = isCarrying(link.interface);
  const answering = canaries && (await answerCanaries(canaries, command.addresses));
  const rows = collectRows(witness.id, context);
  let seen = { readings: 0, down: 0, turns: 0 };
  const look = setInterval(() => {
    const carries = isCarrying(link.interface);
    seen = { readings: seen.readings + 1, down: seen.down + (carries ? 0 : 1), turns: seen.turns + (carries === carried ? 0 : 1) };
    carried = carries;
  }, everyMs);
  const report = setInterval(() => {
    if (seen.readings > 0) rows.add(context.clock.now(), seen);
    seen = { readings: 0, down: 0, turns: 0 };
  }, windowMs);
  return {
    stop: async () => {
      clearInterval(look);
      clearInterval(report);
      await answering?.stop();
      rows.flush();
    },
  };
}

/** A link that is down is, for a peer, the loss of every packet. */
function canariesOf({ id, changes, at, network, peer }: LinkWitness): PacketsWitness | undefined {
  if (!peer) return undefined;
  return {
    kind: "packets",
    id,
    changes,
    at,
    everyMs,
    traffic: { from: peer, network, protocol: "udp", flows: "all", action: "drop", percent: 100 },
  };
}
