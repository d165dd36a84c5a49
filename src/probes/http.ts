// One HTTP request per sample.
import * as z from "zod";
import { Answer, defineProbe, expected, parseUrl, request, Url } from "./kind.ts";

export const Method = z.enum(["GET", "PUT", "POST"]);

export const httpProbe = defineProbe("http", {
  summary: "One HTTP request per sample",
  options: {
    url: Url.describe("What to ask for; the host is the component named in `to`"),
    method: Method.default("GET").describe("The request's method"),
    body: z.string().max(10_000).optional().describe("The request's body"),
    expect: Answer.optional().describe("What makes an answer the right one; `{component}` in its body is the replica's own name"),
    connection: z
      .enum(["new", "reused"])
      .default("new")
      .describe('A "new" connection per sample, or one that is kept: two different measurements'),
  },
  measure: (spec, target, context) => {
    const parsed = parseUrl(spec.url, "url", target, context);
    return (
      parsed && {
        kind: "http",
        connection: spec.connection,
        request: request(parsed, {
          method: spec.method,
          ...(spec.body === undefined ? {} : { body: spec.body }),
          expect: expected(spec.expect, target.about),
        }),
      }
    );
  },
});
