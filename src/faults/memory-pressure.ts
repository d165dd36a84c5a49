// Too little memory for what is read from files: of its page cache a component is left the headroom, so the rest is read from the disk each time. What it needs itself it gets, and nothing is killed.
// A whole component, not one process: on cgroup v1 memory stays charged where it was first touched, so a process that is moved brings nothing along.
import { defineFault } from "../model/fault-kind.ts";
import { formatSize, sizeBetween } from "../model/size.ts";
import { nothing, on } from "./options.ts";

const [least, most] = [4 * 2 ** 20, 64 * 2 ** 30];
const headroom = sizeBetween(least, most, "with less, a program that starts, such as a health check, may be refused its memory");

export const memoryPressure = defineFault("memory.pressure", {
  summary:
    "The page cache of a component is squeezed, so that it reads files from the disk again and again; its programs keep what they need, and nothing is killed",
  options: {
    on,
    headroom: headroom.describe('What is left to it for page cache, such as "16MiB"'),
  },
  explain: (spec) => `leave ${spec.on} ${formatSize(spec.headroom)} of page cache`,
  compile: (spec, context) => {
    const places = context.places(spec.on, "on").flatMap(({ component, process }) => {
      const isComponent = context.stack.components.some(({ name }) => name === component);
      if (process === undefined && isComponent) return [{ component }];
      if (process === undefined) context.refuse("on", "unknown-service", `memory.pressure needs a component: ${component} is a vantage`);
      else
        context.refuse(
          "on",
          "unknown-process",
          `memory.pressure needs a whole component, such as ${component}: what a process has in memory is not counted for it alone`,
        );
      return [];
    });
    if (places.length === 0) return nothing;
    const headroomBytes = spec.headroom;
    return {
      changes: places.map((at) => ({
        apply: { op: "memory.limit", at, headroomBytes },
        undo: { op: "memory.restore", at },
        holder: "keeper",
      })),
      witnesses: places.map((at, change) => ({ kind: "memory", change, at, headroomBytes })),
      needs: ["cgroup-memory"],
    };
  },
});
