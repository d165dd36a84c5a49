// Syncs that fail: the disk says that it is broken or full, for one process only, and what that process does about it is the question.
import * as z from "zod";
import { defineFault } from "../model/fault-kind.ts";
import { syncErrors } from "../model/op.ts";
import { nothing, on, processPlaces } from "./options.ts";

const words = { EIO: "broken", ENOSPC: "full" } as const;

export const diskError = defineFault("disk.error", {
  summary:
    "Each fsync and fdatasync of a process fails and syncs nothing. Whoever ends at that (etcd does) ends with its container where it is the container's first process, and then nothing can be judged",
  options: {
    on,
    error: z.enum(syncErrors).describe('What the disk says: "EIO", it is broken, or "ENOSPC", it is full'),
    every: z.int().min(1).max(1_000).default(1).describe("Only one in so many syncs of each thread fails; by default every one"),
  },
  explain: (spec) =>
    `let ${spec.every === 1 ? "each fsync" : `one in ${spec.every} fsyncs`} of ${spec.on} fail: its disk says that it is ${words[spec.error]} (${spec.error}); where it is the main process of its container and ends at that, its agent ends too and the run cannot be judged`,
  compile: (spec, context) => {
    const places = processPlaces(context, spec.on, "disk.error");
    if (places.length === 0) return nothing;
    return {
      changes: places.map((at) => ({
        apply: { op: "sync.fail", at, error: spec.error, every: spec.every },
        undo: { op: "sync.pass", at },
        holder: "agent",
      })),
      witnesses: places.map((at, change) => ({ kind: "sync", change, at, asked: { failEvery: spec.every } })),
      needs: ["trace"],
    };
  },
});
