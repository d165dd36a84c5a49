// A process that stands still: it keeps its sockets and its memory, and answers nothing.
import { defineFault } from "../model/fault-kind.ts";
import { nothing, on, processPlaces } from "./options.ts";

export const processPause = defineFault("process.pause", {
  summary: "One process of a component is stopped and later continued",
  options: { on },
  explain: (spec) => `freeze the process of ${spec.on}`,
  compile: (spec, context) => {
    const places = processPlaces(context, spec.on, "process.pause");
    if (places.length === 0) return nothing;
    return {
      changes: places.map((at) => ({ apply: { op: "process.stop", at }, undo: { op: "process.continue", at }, holder: "agent" })),
      witnesses: places.map((at, change) => ({ kind: "process", change, at })),
      needs: ["signals"],
    };
  },
});
