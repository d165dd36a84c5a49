// One ICMP echo per sample: does the path to a component's address carry packets, whatever runs there?
import * as z from "zod";
import { defineProbe, peerOf } from "./kind.ts";

/** fping forgets what it sent after ten seconds. */
const longestMs = 10_000;

export const icmpProbe = defineProbe("icmp", {
  summary: "One ICMP echo per sample, answered by the component's kernel",
  options: {
    size: z.int().min(12).max(8_972).default(56).describe("Bytes of data in each echo; 1472 fill a packet of 1500 bytes"),
  },
  measure: (spec, target, context) => {
    if (spec.deadline < longestMs) return { kind: "icmp", peer: peerOf(target), sizeBytes: spec.size };
    context.refuse("deadline", "out-of-range", "the deadline of an icmp probe must be below 10s");
    return undefined;
  },
});
