// What a probe kind is: options of the file and a function that binds them to one instance per replica. Kinds measure nothing; the agent does.
import * as z from "zod";
import { Deadline, Duration } from "../model/duration.ts";
import { Name } from "../model/op.ts";
import { Plane } from "../model/plane.ts";
import type { Endpoint, HttpRequest, JsonSubset, Measurement, Peer, ProbeInstance } from "../model/probe.ts";
import type { ProblemCode } from "../model/problem-code.ts";

/** What binding needs to know about the target; a refusal is placed at that option of the probe. */
export interface BindContext {
  /** "app" -> app-1, app-2; "app-1"; empty and refused when unknown. */
  replicas(selector: string, option: string): readonly string[];
  /** The network over which the vantage reaches the component; undefined and refused when there is none. */
  network(vantage: string, component: string, asked: string | undefined): string | undefined;
  serviceOf(component: string): string;
  refuse(option: string, code: ProblemCode, message: string): void;
}

export interface BoundProbe {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly plane: Plane;
  bind(name: string, context: BindContext): readonly ProbeInstance[];
}

/** A share such as "5%", as a number from 0 to 1. */
export const Percent = z
  .string()
  .regex(/^\d{1,3}(\.\d+)?%$/u, { error: 'expected a share such as "5%"' })
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .refine((share) => share > 0 && share <= 1, { error: "a share lies above 0% and is at most 100%" });

export const Json: z.ZodType<JsonSubset, JsonSubset> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.record(z.string(), Json)]),
);

export const Url = z.string().regex(/^http:\/\/[a-z][a-z0-9-]*(:\d{1,5})?\/[\u0021-\u007e]*$/u, {
  error: ({ input }) => urlMistake(String(input)),
});

function urlMistake(url: string): string {
  if (/^http:\/\/[^/\s]*@/u.test(url)) return "a URL here has no user and no password: plans and reports show it";
  if (/[^\u0021-\u007e]/u.test(url))
    return "a URL has no blanks, control characters or letters beyond ASCII: write them as %20 and the like";
  const host = /^http:\/\/(?<host>[^/:\s]+)(?::\d{1,5})?\/\S*$/u.exec(url)?.groups?.["host"];
  if (host === undefined) return 'expected a URL with a path, such as "http://app:8080/items/1"';
  return `the host "${host}" cannot be a component's name, which the host of a URL is: small letters, digits and dashes, a letter first`;
}

export const Answer = z
  .strictObject({
    status: z.int().min(100).max(599).optional().describe("Status that the answer must have; by default any 2xx"),
    body: Json.optional().describe("JSON that the answer's body must hold: objects may have more keys than named here"),
  })
  .describe('What makes an answer the right one; any other answer is the symptom "wrong"');

/** Shared with signals. */
export const Via = Name.optional().describe(
  "The component that is asked about `to`, such as Prometheus about a host; by default `to` itself. `{component}` in a URL stands for the replica of `to`",
);

const common = {
  plane: Plane.describe("The plane whose question this probe answers"),
  from: Name.describe("The vantage from which it looks"),
  to: Name.describe("The component it is about: a service (one instance per replica) or one replica"),
  via: Via,
  every: Duration.describe("Time between two samples"),
  deadline: Deadline.describe("A sample that takes longer is late, which is a failure"),
  tolerance: Percent.prefault("5%")
    .refine((share) => share < 1, { error: "a tolerance of 100% forgives everything" })
    .describe("Share of bad blocks of time that still counts as unaffected"),
  slowFloor: Duration.prefault("10ms").describe("No sample below this counts as slow"),
  network: Name.optional().describe("The network to use; by default the first of the component's that the vantage is on"),
};

const specSchema = <const Kind extends string, Options extends z.ZodRawShape>(kind: Kind, options: Options) =>
  z.strictObject({ kind: z.literal(kind), ...common, ...options });
type Spec<Kind extends string, Options extends z.ZodRawShape> = z.output<ReturnType<typeof specSchema<Kind, Options>>>;

/** Whom a probe or signal talks to, and about whom. */
export interface Target extends Peer {
  /** Another component only where the first one is asked `via`. */
  readonly about: string;
}

/** undefined where it refused. */
export function targetOf(
  about: string,
  spec: { readonly from: string; readonly via?: string | undefined; readonly network?: string | undefined },
  context: BindContext,
): Target | undefined {
  const [component, ...others] = spec.via === undefined ? [about] : context.replicas(spec.via, "via");
  if (component === undefined) return undefined;
  if (others.length > 0) {
    context.refuse("via", "ambiguous-name", `"${spec.via}" stands for ${[component, ...others].join(", ")}: name one of them`);
    return undefined;
  }
  const network = context.network(spec.from, component, spec.network);
  return network === undefined ? undefined : { component, network, about };
}

export function defineProbe<const Kind extends string, Options extends z.ZodRawShape>(
  kind: Kind,
  definition: {
    readonly summary: string;
    readonly options: Options;
    /** For one replica; undefined where it refused. */
    measure(spec: Spec<Kind, Options>, target: Target, context: BindContext): Measurement | undefined;
  },
) {
  const schema = specSchema(kind, definition.options)
    .describe(definition.summary)
    .transform((spec): BoundProbe => {
      const base = z.looseObject(common).omit({ tolerance: true, slowFloor: true, every: true, deadline: true }).parse(spec);
      const numbers = z.looseObject({ every: z.number(), deadline: z.number(), tolerance: z.number(), slowFloor: z.number() }).parse(spec);
      const bind = (name: string, context: BindContext): readonly ProbeInstance[] => {
        const replicas = context.replicas(base.to, "to");
        return replicas.flatMap((component) => {
          const target = targetOf(component, base, context);
          const measurement = target && definition.measure(spec, target, context);
          if (measurement === undefined) return [];
          return [
            {
              instance: instanceName(name, component, context),
              name,
              component,
              vantage: base.from,
              everyMs: numbers.every,
              deadlineMs: numbers.deadline,
              plane: base.plane,
              measurement,
              tolerance: numbers.tolerance,
              slowFloorMs: numbers.slowFloor,
            },
          ];
        });
      };
      return { kind, from: base.from, to: base.to, plane: base.plane, bind };
    });
  return { kind, summary: definition.summary, schema };
}

/** "put-flag@app-1", or "put-flag" where the component has no replicas. */
export const instanceName = (name: string, component: string, context: Pick<BindContext, "serviceOf">): string =>
  context.serviceOf(component) === component ? name : `${name}@${component}`;

/** The host of a URL names the component or its service, so that a reader is not misled; the address is bound when armed. */
export function parseUrl(
  url: string,
  option: string,
  target: Target,
  context: BindContext,
): { readonly endpoint: Endpoint; readonly path: string } | undefined {
  const match = /^http:\/\/([^:/]+)(?::(\d+))?(\/.*)$/u.exec(url);
  const [, host = "", port = "80", path = "/"] = match ?? [];
  const service = context.serviceOf(target.component);
  if (host !== service && host !== target.component) {
    context.refuse(option, "wrong-host", `the URL's host "${host}" is not ${service}, which this probe is about`);
    return undefined;
  }
  if (Number(port) < 1 || Number(port) > 65_535) {
    context.refuse(option, "out-of-range", `the URL's port must lie between 1 and 65535, and is ${port}`);
    return undefined;
  }
  return { endpoint: endpointAt(target, Number(port)), path: named(path, target.about) };
}

export const peerOf = ({ component, network }: Target): Peer => ({ component, network });
export const endpointAt = (target: Target, port: number): Endpoint => ({ ...peerOf(target), port });

/** `{component}` is the name of the replica that the probe is about: in what is expected it makes an answer of another one wrong. */
export const named = (text: string, component: string): string => text.replaceAll("{component}", component);

export function namedJson(json: JsonSubset, component: string): JsonSubset {
  if (typeof json === "string") return named(json, component);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, namedJson(value, component)]));
}

/** By default any 2xx. */
export const expected = (answer: z.output<typeof Answer> | undefined, component: string): HttpRequest["expect"] => ({
  status: answer?.status,
  body: answer?.body === undefined ? undefined : namedJson(answer.body, component),
});

export const request = (
  parsed: { readonly endpoint: Endpoint; readonly path: string },
  rest: Partial<Pick<HttpRequest, "method" | "body" | "expect">> = {},
): HttpRequest => ({
  ...parsed,
  method: rest.method ?? "GET",
  body: rest.body,
  expect: rest.expect ?? expected(undefined, ""),
});
