// The `load` of an experiment, and what a target says about it beforehand: the same options, so that an experiment may override each.
import * as z from "zod";
import { Deadline, Duration } from "../model/duration.ts";
import { Name } from "../model/op.ts";
import { atMost, Line, Word } from "../model/text.ts";
import { Method } from "../probes/http.ts";
import { Answer, Percent, Url } from "../probes/kind.ts";

const expectedRate = 'expected a rate such as "50/s", at most 2000/s';
/** Requests per second of all replicas together. More than 2000 would need a machine of its own. */
const Rate = z
  .string({ error: (issue) => (issue.input === undefined ? undefined : expectedRate) })
  .regex(/^\d{1,4}\/s$/u, { error: expectedRate, abort: true })
  .transform((text) => Number.parseInt(text, 10))
  .refine((rate) => rate >= 1 && rate <= 2_000, { error: expectedRate });

/** What a request at a rate is like; a script says all of this by itself. */
const ofRate = {
  to: Name.optional().describe("Who is asked: a service (its replicas share the rate) or one replica"),
  network: Name.optional().describe("The network to use; by default the first of the component's that the vantage is on"),
  url: Url.optional().describe("What is asked for; the host is the component named in `to`"),
  method: Method.optional().describe("The request's method; by default GET"),
  body: z.string().max(10_000).optional().describe("The request's body"),
  expect: Answer.optional(),
  connection: z
    .enum(["new", "reused"])
    .optional()
    .describe('A "new" connection per request (default), or one that each virtual user keeps'),
  deadline: Deadline.optional().describe("A request that takes longer is late, which is a failure; by default 1s"),
  tolerance: Percent.refine((share) => share < 1, { error: "a tolerance of 100% forgives everything" })
    .optional()
    .describe("Share of bad blocks of time that still counts as unaffected; by default 5%"),
  slowFloor: Duration.optional().describe("No request below this counts as slow; by default 10ms"),
};

const Host = z
  .string()
  .regex(/^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,252}[a-zA-Z0-9])?$/u, { error: 'expected a host name such as "shop.example.com"' });
const Answerer = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}(:\d{1,5})?$/u, { error: 'expected a component, with or without a port, such as "app:8080"' });

const ofScript = {
  hosts: z
    .record(Host, Answerer)
    .refine(...atMost(100, "host names"))
    .optional()
    .describe('Names that the script asks for, and which component answers instead: { shop.example.com: "app:8080" }'),
  environment: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/u, { error: "expected a name of letters, digits and underscores" }),
      Word.max(10_000),
    )
    .refine(...atMost(200, "variables"))
    .optional()
    .describe("What the script reads as __ENV"),
};

const from = Name.optional().describe("The vantage whose networks and address k6 uses");

export const LoadOptions = z
  .strictObject({ from, ...ofRate, ...ofScript })
  .describe("What experiments with `load` may leave out; it makes no load by itself");
export type LoadOptions = z.output<typeof LoadOptions>;

export const Load = z
  .strictObject({
    kind: z.literal("k6").describe("The only load generator"),
    rate: Rate.optional().describe('Requests per second at a constant rate, such as "50/s"; their samples are the probe `load`'),
    script: Line.min(1).max(500).optional().describe("A k6 script of your own, relative to this file; its thresholds become predictions"),
    from,
    ...ofRate,
    ...ofScript,
  })
  .superRefine((load, context) => {
    if ((load.rate === undefined) === (load.script === undefined))
      context.addIssue({ code: "custom", message: 'load has either a "rate" or a "script"' });
    const [idle, needed] = load.rate === undefined ? [ofRate, "rate"] : [ofScript, "script"];
    for (const key of Object.keys(idle))
      if (Object.hasOwn(load, key)) context.addIssue({ code: "custom", path: [key], message: `"${key}" goes with "${needed}" only` });
  })
  .describe("Load that k6 makes from the baseline's beginning to the recovery's end");
