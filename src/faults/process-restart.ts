// A process that ends once and comes back by its supervisor: what a crash, an upgrade or an operator's restart does.
import * as z from "zod";
import { defineFault } from "../model/fault-kind.ts";
import { nothing, on, supervisedPlaces } from "./options.ts";

export const processRestart = defineFault("process.restart", {
  summary: "One process of a component is ended once; its supervisor has to bring it back before the fault ends",
  options: {
    on,
    signal: z.enum(["TERM", "KILL"]).default("TERM").describe('"TERM" asks it to end, as an operator does; "KILL" ends it as a crash does'),
  },
  explain: (spec) => `end the process of ${spec.on} once by SIG${spec.signal}; its supervisor starts it anew`,
  compile: (spec, context) => {
    const places = supervisedPlaces(context, spec.on, "process.restart");
    if (places.length === 0) return nothing;
    return {
      changes: places.map((at) => ({
        apply: { op: "process.restart", at, signal: spec.signal },
        undo: { op: "process.ensure", at },
        holder: "agent",
      })),
      witnesses: places.map((at, change) => ({ kind: "life", change, at, asked: "renewed" })),
      needs: ["signals"],
    };
  },
});
