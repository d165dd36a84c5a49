// Packets that are overtaken by those behind them.
import { formatDuration } from "../model/duration.ts";
import { defineFault } from "../model/fault-kind.ts";
import { disturb, oneWay } from "./disturb.ts";
import { shareOf, Wait } from "./wait.ts";

/** Canaries are sent three times as often, and no more than fifty times a second. */
const shortestMs = 60;

export const netReorder = defineFault("net.reorder", {
  summary: "A share of what a component sends to a peer is held back, and what was sent behind it arrives first",
  options: {
    ...oneWay,
    percent: shareOf("How many of a hundred packets are held back", 90),
    delay: Wait.refine((ms) => ms >= shortestMs, {
      error: "packets are held back for 60ms to 1s: our canaries follow each other more slowly",
    })
      .prefault("100ms")
      .describe("For how long they are held back, 60ms to 1s; whatever is sent meanwhile overtakes them"),
  },
  explain: (spec) =>
    `hold ${spec.percent} % of the packets from ${spec.on} to ${spec.to} back for ${formatDuration(spec.delay)}, so that those behind overtake them`,
  compile: (spec, context) => disturb(context, spec, { kind: "reorder", percent: spec.percent, delayMs: spec.delay }),
});
