// One datagram per sample, and the answer to it.
import * as z from "zod";
import { defineProbe, named, endpointAt } from "./kind.ts";

const Text = z.string().min(1).max(1_000);

export const udpProbe = defineProbe("udp", {
  summary: "One UDP datagram and its answer per sample",
  options: {
    port: z.int().min(1).max(65_535).describe("The port to send to"),
    send: Text.describe("What to send; `{n}` is the sample's number"),
    expect: Text.describe(
      "What the answer must contain: `{n}` is the number that was sent, so that no earlier answer passes for this one, `{component}` the replica's own name",
    ),
  },
  measure: (spec, target, context) => {
    if (spec.send.includes("{n}") || !spec.expect.includes("{n}"))
      return { kind: "udp", endpoint: endpointAt(target, spec.port), send: spec.send, expect: named(spec.expect, target.about) };
    context.refuse("send", "invalid-value", "an answer cannot contain {n} where it was not sent");
    return undefined;
  },
});
