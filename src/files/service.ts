// A service of a target: the subset of Compose that planefault understands. Names and meaning are Compose's.
import * as z from "zod";
import { capabilityRefusal } from "../model/capability.ts";
import { Duration } from "../model/duration.ts";
import { Name } from "../model/op.ts";
import { atMost, Line, Word } from "../model/text.ts";

const Environment = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/u, { error: "expected the name of an environment variable" }),
    z.union([Word, z.number(), z.boolean()]).transform(String),
  )
  .refine(...atMost(200, "variables"))
  .describe("Environment variables");
const Command = z.array(Word).min(1).max(100).describe("The command and its arguments; no shell reads them");

const Healthcheck = z
  .strictObject({
    test: z
      .tuple([z.literal("CMD")], Word)
      .refine((test) => test.length > 1 && test.length <= 100, { error: "the test needs a command after CMD, of at most 99 words" })
      .describe("CMD and a command with arguments; CMD-SHELL is not accepted"),
    interval: Duration.prefault("500ms").describe("Time between two checks"),
    timeout: Duration.prefault("5s").describe("A check that takes longer has failed"),
    retries: z.int().min(1).max(1_000).default(60).describe("So many failures make it unhealthy"),
  })
  .optional()
  .describe("When the service counts as started");
const Processes = z
  .record(Name, Line.min(1).max(15))
  .refine(...atMost(20, "processes"))
  .optional()
  .describe("Processes that faults may name, by the kernel's name of the executable; the first is what a fault on the component means");
const Supervised = z
  .array(Name)
  .max(20)
  .optional()
  .describe("Those of x-processes that a supervisor in the component brings back; only these may be killed or restarted");
const Metrics = z
  .strictObject({
    port: z.int().min(1).max(65_535).describe("Port of the component's own Prometheus metrics"),
    path: z
      .string()
      .regex(/^\/[\u0021-\u007e]*$/u, { error: "expected a path such as /metrics" })
      .default("/metrics")
      .describe("Path of the metrics"),
    histograms: z
      .record(Name, z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/u, { error: "expected the name of a Prometheus metric" }))
      .refine(...atMost(20, "histograms"))
      .describe("Name in the report and the histogram (in seconds) whose recent mean is shown there"),
  })
  .optional()
  .describe("Metrics that explain a verdict; they never make one");

export const Folder = z.string().regex(/^(\.|(\.\/)?[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*)$/u, {
  error: "expected a folder below the target's own, such as ./app",
});

export const Service = z
  .strictObject({
    build: Folder.describe("Folder with the Dockerfile, relative to the target file"),
    deploy: z
      .strictObject({ replicas: z.int().min(1).max(20).describe("How many containers: name-1, name-2 and so on") })
      .optional()
      .describe("How it is deployed"),
    networks: z.array(Name).min(1).max(10).describe("Networks it is on; the first one is preferred"),
    volumes: z
      .array(
        z.string().regex(/^[a-z][a-z0-9-]{0,39}:\/[^\s\p{Cc}]+$/u, {
          error: 'expected a named volume such as "data:/var/lib/etcd"; paths of the host are not mounted',
        }),
      )
      .max(10)
      .optional()
      .describe("Named volumes, one per replica"),
    environment: Environment.optional(),
    command: Command.optional(),
    cap_add: z
      .array(
        z
          .string()
          .regex(/^[A-Z][A-Z_]+$/u, { error: 'expected one capability such as "NET_ADMIN"' })
          .refine((name) => capabilityRefusal(name) === undefined, { error: ({ input }) => capabilityRefusal(String(input)) }),
      )
      .max(10)
      .optional()
      .describe("Single Linux capabilities"),
    healthcheck: Healthcheck,
    "x-processes": Processes,
    "x-supervised": Supervised,
    "x-metrics": Metrics,
  })
  .describe("One service: one container per replica");
export type Service = z.output<typeof Service>;

export const Labels = z
  .record(z.string().regex(/^[^\s=,\p{Cc}]{1,200}$/u, { error: "expected the name of a label, such as com.example.role" }), Line.max(200))
  .refine(...atMost(20, "labels"))
  .refine((labels) => Object.keys(labels).length > 0, { error: "at least one label" });

/** A service of a target that is attached: what planefault must know of containers that it does not start. */
export const AttachedService = z
  .strictObject({
    networks: Service.shape.networks,
    labels: Labels.optional().describe(
      "Labels that each of its containers has. Of a Compose project's service they may be left out: Compose labels its containers with the service's name",
    ),
    deploy: z
      .strictObject({ replicas: z.int().min(1).max(20).describe("How many of its containers run: name-1, name-2 and so on") })
      .optional()
      .describe("How it is deployed"),
    "x-processes": Processes,
    "x-supervised": Supervised,
    "x-metrics": Metrics,
  })
  .describe("One service that runs already: one container per replica");
export type AttachedService = z.output<typeof AttachedService>;

/** What a variant may change. */
export const ServiceChange = z
  .strictObject({ environment: Environment.optional(), command: Command.optional() })
  .describe("What differs in this variant");
export type ServiceChange = z.output<typeof ServiceChange>;

/** What a target adds to a service of its Compose file. */
export const ServiceOverride = z
  .strictObject({
    environment: Environment.optional(),
    command: Command.optional(),
    healthcheck: Healthcheck,
    depends_on: z
      .record(
        Name,
        z.strictObject({
          condition: z.enum(["service_started", "service_healthy"]).default("service_started").describe("Until when it is waited for"),
        }),
      )
      .refine(...atMost(100, "services"))
      .optional()
      .describe("Services that start first, beside those that the Compose file names"),
    "x-processes": Processes,
    "x-supervised": Supervised,
    "x-metrics": Metrics,
  })
  .describe("What the target says of this service, over what the Compose file says");
export type ServiceOverride = z.output<typeof ServiceOverride>;
