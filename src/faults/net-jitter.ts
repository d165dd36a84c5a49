// An uneven way: what a component sends to a peer arrives later, each packet by another time, so that some overtake others.
import { formatDuration } from "../model/duration.ts";
import { defineFault } from "../model/fault-kind.ts";
import { disturb, oneWay } from "./disturb.ts";
import { longestWaitMs, Wait } from "./wait.ts";

export const netJitter = defineFault("net.jitter", {
  summary:
    "What a component sends to a peer arrives later, each packet by a time of its own; those that are close together overtake each other",
  options: {
    ...oneWay,
    jitter: Wait.describe("From nothing to so much later, evenly spread: 10ms to 1s"),
    delay: Wait.optional().describe("How much later each packet leaves at least, beside the jitter; by default nothing"),
  },
  explain: (spec) => {
    const least = spec.delay ?? 0;
    return `hold each packet that ${spec.on} sends to ${spec.to} back for a time of its own between ${formatDuration(least)} and ${formatDuration(least + spec.jitter)}`;
  },
  compile: (spec, context) => {
    const least = spec.delay ?? 0;
    if (least + spec.jitter > longestWaitMs)
      context.refuse(
        "delay",
        "out-of-range",
        `a packet would be held back for up to ${formatDuration(least + spec.jitter)}: at most ${formatDuration(longestWaitMs)} with its jitter`,
      );
    return disturb(context, spec, { kind: "delay", delayMs: least, spreadMs: spec.jitter });
  },
});
