// An interface that goes down and comes back, again and again.
import { defineFault } from "../model/fault-kind.ts";
import { Duration, formatDuration } from "../model/duration.ts";
import { interfaceDown, ownNetwork } from "./interface-down.ts";
import { on } from "./options.ts";

/** Our canaries look fifty times a second. */
const shortestMs = 100;
const Part = Duration.refine((ms) => ms >= shortestMs, {
  error: `a link stays down and up for at least ${shortestMs}ms each, which our witness can see`,
});

export const linkFlap = defineFault("link.flap", {
  summary: "The interface of a component on a network goes down and comes back, again and again",
  options: {
    on,
    network: ownNetwork,
    down: Part.describe("How long it is down each time; it begins with this"),
    up: Part.describe("How long it is up each time"),
  },
  explain: (spec) =>
    `let the interface of ${spec.on}${spec.network === undefined ? "" : ` on network ${spec.network}`} go down for ${formatDuration(spec.down)} and come up for ${formatDuration(spec.up)}, again and again`,
  compile: (spec, context) => interfaceDown("link.flap", spec, { downMs: spec.down, upMs: spec.up }, context),
});
