// One TCP connection per sample, and what the other side says first.
import * as z from "zod";
import { defineProbe, endpointAt } from "./kind.ts";

export const tcpProbe = defineProbe("tcp", {
  summary: "One TCP connection per sample",
  options: {
    port: z.int().min(1).max(65_535).describe("The port to connect to"),
    expect: z.string().min(1).max(200).optional().describe('What the other side must say first, such as "SSH-2.0"'),
  },
  measure: (spec, target) => ({ kind: "tcp", endpoint: endpointAt(target, spec.port), expect: spec.expect }),
});
