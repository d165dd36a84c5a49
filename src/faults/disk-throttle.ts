// Slow disks: a limit of writes per second on the volume of a component.
import * as z from "zod";
import { defineFault } from "../model/fault-kind.ts";
import { suggestion } from "../model/nearest.ts";
import { Name } from "../model/op.ts";
import { nothing, on } from "./options.ts";

export const diskThrottle = defineFault("disk.throttle", {
  summary: "The disk of a component takes only so many writes per second",
  options: {
    on,
    writeIops: z.int().min(1).max(100_000).describe("Writes per second that remain; etcd crawls at 20 and loses its leader at 2"),
    volume: Name.optional().describe("The volume of the component; may be left out where it has only one"),
  },
  explain: (spec) => `let the disk of ${spec.on} take ${spec.writeIops} writes per second`,
  compile: (spec, context) => {
    const throttled = context.places(spec.on, "on").flatMap((at) => {
      const volumes =
        context.stack.components.find((component) => component.name === at.component)?.volumes.map((volume) => volume.name) ?? [];
      const hint = volumes.length === 0 ? ". It has none." : suggestion(spec.volume ?? "", volumes);
      const volume = spec.volume ?? (volumes.length === 1 ? volumes[0] : undefined);
      if (volume !== undefined && volumes.includes(volume)) return [{ at, volume }];
      context.refuse(
        spec.volume === undefined ? "on" : "volume",
        "unknown-volume",
        spec.volume === undefined
          ? `disk.throttle needs \`volume\`, one of ${at.component}'s${hint}`
          : `${at.component} has no volume "${spec.volume}"${hint}`,
      );
      return [];
    });
    if (throttled.length === 0) return nothing;
    return {
      changes: throttled.map(({ at, volume }) => ({
        apply: { op: "disk.limit", at, volume, writeIops: spec.writeIops },
        undo: { op: "disk.restore", at, volume },
        holder: "keeper",
      })),
      witnesses: throttled.map(({ at, volume }, change) => ({ kind: "disk", change, at, volume, writeIops: spec.writeIops })),
      needs: ["cgroup-disk"],
    };
  },
});
