// An interface that is taken down: no packet passes, its routes are gone, and the component knows.
import { defineFault } from "../model/fault-kind.ts";
import { interfaceDown, ownNetwork } from "./interface-down.ts";
import { on } from "./options.ts";

export const linkDown = defineFault("link.down", {
  summary: "The interface of a component on a network goes down, and comes back with the addresses and routes that it had",
  options: { on, network: ownNetwork },
  explain: (spec) => `take the interface of ${spec.on}${spec.network === undefined ? "" : ` on network ${spec.network}`} down`,
  compile: (spec, context) => interfaceDown("link.down", spec, undefined, context),
});
