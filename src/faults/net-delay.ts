// A long way: what a component sends to a peer arrives later, all of it by the same time.
import { formatDuration } from "../model/duration.ts";
import { defineFault } from "../model/fault-kind.ts";
import { disturb, oneWay } from "./disturb.ts";
import { Wait } from "./wait.ts";

export const netDelay = defineFault("net.delay", {
  summary: "What a component sends to a peer arrives later, in their order; round trips of both take so much longer",
  options: {
    ...oneWay,
    delay: Wait.describe("How much later each packet leaves: 10ms to 1s"),
  },
  explain: (spec) => `hold what ${spec.on} sends to ${spec.to} back for ${formatDuration(spec.delay)}`,
  compile: (spec, context) => disturb(context, spec, { kind: "delay", delayMs: spec.delay, spreadMs: 0 }),
});
