// A process that stands still: it keeps its sockets and its memory, and answers nothing.
import { defineFault } from "../model/fault-kind.ts";
import { nothing, on } from "./options.ts";

export const processPause = defineFault("process.pause", {
  summary: "One process of a component is stopped and later continued",
  options: { on },
  explain: (spec) => `freeze the process of ${spec.on}`,
  compile: (spec, context) => {
    const places = context.places(spec.on, "on").flatMap((place) => {
      const process = place.process ?? context.stack.components.find((component) => component.name === place.component)?.processes[0]?.name;
      if (process !== undefined) return [{ component: place.component, process }];
      context.refuse(
        "on",
        "unknown-process",
        `process.pause needs a process of ${place.component}: the target declares none under x-processes`,
      );
      return [];
    });
    if (places.length === 0) return nothing;
    return {
      changes: places.map((at) => ({ apply: { op: "process.stop", at }, undo: { op: "process.continue", at }, holder: "agent" })),
      witnesses: places.map((at, change) => ({ kind: "process", change, at })),
      needs: ["signals"],
    };
  },
});
