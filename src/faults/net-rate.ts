// A thin pipe: all that leaves a component by one interface shares so many bits per second.
import { defineFault } from "../model/fault-kind.ts";
import { formatRate, Rate } from "../model/rate.ts";
import { ownNetwork } from "./interface-down.ts";
import { interfaces, neighbourOf, nothing, on } from "./options.ts";

export const netRate = defineFault("net.rate", {
  summary: "All that leaves a component by its interface on a network is limited to a rate, whoever it is for; what arrives is not",
  options: {
    on,
    network: ownNetwork,
    rate: Rate.describe('Bits per second for everything that leaves by this interface, such as "500kbit" or "1mbit"'),
  },
  explain: (spec) =>
    `limit everything that leaves ${spec.on} by its interface${spec.network === undefined ? "" : ` on network ${spec.network}`} to ${formatRate(spec.rate)} in all`,
  compile: (spec, context) => {
    const found = interfaces(context, "net.rate", spec).flatMap((place) => {
      const peer = neighbourOf(context, place.at.component, place.network);
      if (peer) return [{ ...place, peer }];
      context.refuse("on", "no-shared-network", `${place.at.component} is alone on ${place.network}: nobody could see the limit act`);
      return [];
    });
    if (found.length === 0) return nothing;
    return {
      changes: found.map(({ at, network }) => ({
        apply: { op: "rate.limit", at, network, bitsPerSecond: spec.rate },
        undo: { op: "rate.restore", at, network },
        holder: "agent",
      })),
      witnesses: found.map((place, change) => ({ kind: "rate", change, ...place, bitsPerSecond: spec.rate })),
      needs: ["tbf"],
    };
  },
});
