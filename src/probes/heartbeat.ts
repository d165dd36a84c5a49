// Numbered writes at one place that must become visible at another: how long a change takes to get through.
import * as z from "zod";
import { Duration } from "../model/duration.ts";
import { Name } from "../model/op.ts";
import { Method } from "./http.ts";
import { type BindContext, defineProbe, parseUrl, request, type Target, Url } from "./kind.ts";

const Write = z
  .strictObject({
    to: Name.optional().describe("Where the number is written; by default the replica where it is read"),
    network: Name.optional().describe("The network to write over; by default the first shared one"),
    method: Method.default("PUT").describe("The request's method"),
    url: Url.describe("`{n}` stands for the number"),
    body: z.string().max(10_000).optional().describe("The request's body; `{n}` stands for the number"),
  })
  .refine((write) => `${write.url} ${write.body ?? ""}`.includes("{n}"), {
    error: "the write must contain {n}, the number that is looked for",
  });

export const heartbeatProbe = defineProbe("heartbeat", {
  summary: "Numbers are written through a plane and looked for at the far end",
  options: {
    write: Write.describe("How a number is written"),
    read: z.strictObject({ url: Url.describe("Where the number is read") }).describe("How the number is read"),
    field: z.string().min(1).max(100).describe("The field of the read's JSON that holds the number"),
    poll: Duration.describe("Time between two reads while a number is awaited"),
  },
  measure: (spec, target, context) => {
    const writeTarget = writeTargetOf(spec, target, context);
    const write = writeTarget && parseUrl(spec.write.url, "write.url", writeTarget, context);
    const read = parseUrl(spec.read.url, "read.url", target, context);
    if (!write || !read) return undefined;
    return {
      kind: "heartbeat",
      write: request(write, { method: spec.write.method, ...(spec.write.body === undefined ? {} : { body: spec.write.body }) }),
      read: request(read),
      field: spec.field,
      pollMs: spec.poll,
    };
  },
});

interface Spec {
  readonly from: string;
  readonly write: { readonly to?: string | undefined; readonly network?: string | undefined };
}

function writeTargetOf(spec: Spec, target: Target, context: BindContext): Target | undefined {
  if (spec.write.to === undefined && spec.write.network === undefined) return target;
  const places = spec.write.to === undefined ? [target.component] : context.replicas(spec.write.to, "write.to");
  const [component, ...others] = places;
  if (component === undefined) return undefined;
  if (others.length > 0) {
    context.refuse("write.to", "ambiguous-name", `"${spec.write.to}" stands for ${places.join(", ")}: name one of them`);
    return undefined;
  }
  const network = context.network(spec.from, component, spec.write.network);
  return network === undefined ? undefined : { component, network };
}
