// Numbers that must become visible at the far end, written by us or growing by themselves: how long a change takes to get through.
import * as z from "zod";
import { Duration } from "../model/duration.ts";
import { Name } from "../model/op.ts";
import type { HttpRequest } from "../model/probe.ts";
import { Line } from "../model/text.ts";
import { Method } from "./http.ts";
import { Answer, type BindContext, defineProbe, expected, parseUrl, request, type Target, Url } from "./kind.ts";

const Write = z
  .strictObject({
    to: Name.optional().describe("Where the number is written; by default the replica that the probe is about"),
    network: Name.optional().describe("The network to write over; by default that of the read, and with `to` the first shared one"),
    method: Method.default("PUT").describe("The request's method"),
    url: Url.describe("`{n}` stands for the number"),
    body: z.string().max(10_000).optional().describe("The request's body; `{n}` stands for the number"),
    expect: Answer.optional().describe(
      "What makes the answer to the write the right one, as of an http probe; `{component}` in its body is the replica that is written to",
    ),
  })
  .refine((write) => `${write.url} ${write.body ?? ""}`.includes("{n}"), {
    error: "the write must contain {n}, the number that is looked for",
  });

const Read = z.strictObject({
  url: Url.describe("Where the number is read"),
  expect: Answer.optional().describe(
    'What makes an answer that shows a number the right one, as of an http probe: any other is "wrong", and one without a number shows nothing; `{component}` in its body is the replica that the probe is about',
  ),
});

export const heartbeatProbe = defineProbe("heartbeat", {
  summary: "Numbers are written through a plane, or grow by themselves, and are looked for at the far end",
  options: {
    write: Write.optional().describe("How a number is written; without it the number grows by itself, such as the time of the last scrape"),
    read: Read.describe("How the number is read"),
    field: Line.min(1).max(100).describe("The field of the read's JSON that holds the number, such as `data.result.0.value.1`"),
    poll: Duration.describe("Time between two reads while a number is awaited"),
  },
  measure: (spec, target, context) => {
    const write = spec.write && writeOf(spec.from, spec.write, target, context);
    const read = parseUrl(spec.read.url, "read.url", target, context);
    if (!read || (spec.write && !write)) return undefined;
    return {
      kind: "heartbeat",
      write,
      read: request(read, { expect: expected(spec.read.expect, target.about) }),
      field: spec.field,
      pollMs: spec.poll,
    };
  },
});

type Write = z.output<typeof Write>;

function writeOf(from: string, write: Write, target: Target, context: BindContext): HttpRequest | undefined {
  const writeTarget = writeTargetOf(from, write, target, context);
  const parsed = writeTarget && parseUrl(write.url, "write.url", writeTarget, context);
  return (
    parsed &&
    request(parsed, {
      method: write.method,
      ...(write.body === undefined ? {} : { body: write.body }),
      expect: expected(write.expect, writeTarget.about),
    })
  );
}

function writeTargetOf(from: string, write: Write, target: Target, context: BindContext): Target | undefined {
  const places = write.to === undefined ? [target.about] : context.replicas(write.to, "write.to");
  const [component, ...others] = places;
  if (component === undefined) return undefined;
  if (others.length > 0) {
    context.refuse("write.to", "ambiguous-name", `"${write.to}" stands for ${places.join(", ")}: name one of them`);
    return undefined;
  }
  const asked = write.network ?? (write.to === undefined ? target.network : undefined);
  const network = context.network(from, component, asked);
  return network === undefined ? undefined : { component, network, about: component };
}
