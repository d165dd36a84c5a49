// Packets that arrive twice.
import { defineFault } from "../model/fault-kind.ts";
import { disturb, oneWay } from "./disturb.ts";
import { shareOf } from "./wait.ts";

export const netDuplicate = defineFault("net.duplicate", {
  summary: "A share of what a component sends to a peer arrives twice",
  options: {
    ...oneWay,
    percent: shareOf("How many of a hundred packets leave twice", 100),
  },
  explain: (spec) => `send ${spec.percent} % of the packets from ${spec.on} to ${spec.to} twice`,
  compile: (spec, context) => disturb(context, spec, { kind: "duplicate", percent: spec.percent }),
});
