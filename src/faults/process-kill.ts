// A process that is down: killed, and killed again as often as its supervisor brings it back, until the fault ends. Killing has no inverse, so the supervisor is part of the undo.
import { defineFault } from "../model/fault-kind.ts";
import { nothing, on, supervisedPlaces } from "./options.ts";

export const processKill = defineFault("process.kill", {
  summary: "One process of a component is killed and kept down; its supervisor has to bring it back afterwards",
  options: { on },
  explain: (spec) => `kill the process of ${spec.on}, again whenever it comes back`,
  compile: (spec, context) => {
    const places = supervisedPlaces(context, spec.on, "process.kill");
    if (places.length === 0) return nothing;
    return {
      changes: places.map((at) => ({ apply: { op: "process.kill", at }, undo: { op: "process.ensure", at }, holder: "agent" })),
      witnesses: places.map((at, change) => ({ kind: "life", change, at, asked: "down" })),
      needs: ["signals"],
    };
  },
});
