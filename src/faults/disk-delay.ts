// Slow syncs: the disk itself stays fast, but each fsync and fdatasync of one process begins later. A throttle holds up writes of everybody in its group; this holds up the one call that databases wait for.
import { defineFault } from "../model/fault-kind.ts";
import { Duration } from "../model/duration.ts";
import { nothing, on, processPlaces } from "./options.ts";

const [shortestMs, longestMs] = [1, 10_000];

export const diskDelay = defineFault("disk.delay", {
  summary:
    "Each fsync and fdatasync of a process takes longer; all its other calls get slower by some microseconds, since the process is traced",
  options: {
    on,
    delay: Duration.refine((ms) => Number.isInteger(ms) && ms >= shortestMs && ms <= longestMs, {
      error: "expected whole milliseconds from 1ms to 10s",
    }).describe("How much later each sync begins, 1ms to 10s; a put of etcd under load waits for three to five"),
  },
  explain: (spec) => `let each fsync of ${spec.on} take ${spec.delay} ms longer`,
  compile: (spec, context) => {
    const places = processPlaces(context, spec.on, "disk.delay");
    if (places.length === 0) return nothing;
    return {
      changes: places.map((at) => ({
        apply: { op: "sync.delay", at, delayMs: spec.delay },
        undo: { op: "sync.pass", at },
        holder: "agent",
      })),
      witnesses: places.map((at, change) => ({ kind: "sync", change, at, asked: { delayMs: spec.delay } })),
      needs: ["trace"],
    };
  },
});
