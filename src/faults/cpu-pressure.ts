// Too little processor: the process gets a quota and has to share it with busy processes of ours. They are under the quota too, so the machine and its other containers lose nothing.
import * as z from "zod";
import { defineFault } from "../model/fault-kind.ts";
import { nothing, on, processPlaces } from "./options.ts";

export const cpuPressure = defineFault("cpu.pressure", {
  summary:
    "A process shares a small processor quota with busy processes; other processes of the component, such as sshd, keep what they had",
  options: {
    on,
    cpus: z.number().min(0.05).max(64).describe("Processors that the process and its competitors have together, such as 0.2"),
    workers: z.int().min(1).max(16).default(1).describe("Busy processes that compete with it for the quota"),
  },
  explain: (spec) =>
    `leave ${spec.on} ${spec.cpus} processors, to be shared with ${spec.workers} busy ${spec.workers === 1 ? "process" : "processes"}`,
  compile: (spec, context) => {
    const places = processPlaces(context, spec.on, "cpu.pressure");
    if (places.length === 0) return nothing;
    return {
      changes: places.map((at) => ({
        apply: { op: "cpu.limit", at, cpus: spec.cpus, workers: spec.workers },
        undo: { op: "cpu.restore", at },
        holder: "keeper",
      })),
      witnesses: places.map((at, change) => ({ kind: "cpu", change, at, cpus: spec.cpus })),
      needs: ["cgroup-cpu"],
    };
  },
});
