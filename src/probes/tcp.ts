// One TCP connection per sample, and what the other side says first, or in answer to a line of ours.
import * as z from "zod";
import { defineProbe, endpointAt } from "./kind.ts";

export const tcpProbe = defineProbe("tcp", {
  summary: "One TCP connection per sample",
  options: {
    port: z.int().min(1).max(65_535).describe("The port to connect to"),
    send: z.string().min(1).max(1_000).optional().describe('What is said at once, such as "PING\r\n"'),
    expect: z.string().min(1).max(200).optional().describe('What the other side must say first, such as "SSH-2.0"'),
  },
  measure: (spec, target) => ({
    kind: "tcp",
    endpoint: endpointAt(target, spec.port),
    ...(spec.send === undefined ? {} : { send: spec.send }),
    expect: spec.expect,
  }),
});
