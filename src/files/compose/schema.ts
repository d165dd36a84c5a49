// What of the Compose specification planefault understands, in all the forms in which people write it. Keys that are ignored never get here (see ignored.ts); all others are refused by name.
import * as z from "zod";

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** A mapping, or a list of NAME=value; a NAME alone has no value here. */
const Pairs = z.union([
  z
    .record(z.string(), Scalar)
    .transform((map) => Object.entries(map).map(([name, value]) => [name, value === null ? undefined : String(value)] as const)),
  z.array(z.string()).transform((list) =>
    list.map((line) => {
      const equals = line.indexOf("=");
      return equals < 0 ? ([line, undefined] as const) : ([line.slice(0, equals), line.slice(equals + 1)] as const);
    }),
  ),
]);
/** A list as it is; a text is split into words by whoever uses it. */
const Words = z.union([z.string(), z.array(z.string())]);
const One = z.string().transform((text) => [text]);
const Count = z.union([z.int(), z.string().regex(/^\d+$/u, { error: "expected a whole number" }).transform(Number)]);

/** "1m30s", "500ms" -> milliseconds. */
const ComposeDuration = z
  .string()
  .regex(/^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/u, { error: 'expected a duration of Compose such as "1m30s"' })
  .transform((text) =>
    Array.from(text.matchAll(/([\d.]+)(us|ms|s|m|h)/gu)).reduce(
      (sum, [, number, unit]) => sum + Number(number) * (unitMs[unit ?? ""] ?? 0),
      0,
    ),
  );
const unitMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

const Build = z.union([
  z.string().transform((context) => ({ context, dockerfile: "Dockerfile", target: undefined, args: [] })),
  z.strictObject({
    context: z.string().default("."),
    dockerfile: z.string().default("Dockerfile"),
    target: z.string().optional(),
    args: Pairs.prefault([]),
  }),
]);

const DependsOn = z.union([
  z.array(z.string()).transform((names) => names.map((service) => ({ service, condition: "service_started" }))),
  z
    .record(
      z.string(),
      z.strictObject({
        condition: z.string().default("service_started"),
        required: z.boolean().optional(),
        restart: z.boolean().optional(),
      }),
    )
    .transform((map) => Object.entries(map).map(([service, { condition }]) => ({ service, condition }))),
]);

const Healthcheck = z.strictObject({
  test: Words.optional(),
  disable: z.boolean().default(false),
  interval: ComposeDuration.default(30_000),
  timeout: ComposeDuration.default(30_000),
  retries: Count.default(3),
  start_period: ComposeDuration.default(0),
  start_interval: ComposeDuration.optional(),
});

const Volume = z.union([
  z.string(),
  z.strictObject({
    type: z.enum(["volume", "bind"]),
    source: z.string().optional(),
    target: z.string(),
    read_only: z.boolean().optional(),
    bind: z.unknown().optional(),
    volume: z.unknown().optional(),
    consistency: z.unknown().optional(),
  }),
]);

const ServiceNetworks = z.union([
  z.array(z.string()).transform((names) => names.map((network) => ({ network, aliases: [] as readonly string[] }))),
  z
    .record(z.string(), z.union([z.null(), z.strictObject({ aliases: z.array(z.string()).default([]) })]))
    .transform((map) => Object.entries(map).map(([network, options]) => ({ network, aliases: options?.aliases ?? [] }))),
]);

const Capabilities = z.array(
  z
    .string()
    .transform((name) => name.toUpperCase().replace(/^CAP_/u, ""))
    .refine((name) => /^[A-Z][A-Z_]+$/u.test(name), { error: "expected the name of a Linux capability" }),
);

/** By name, or with the place in the container; owner and mode are the engine's. */
const Given = z.array(
  z.union([
    z.string().transform((source) => ({ source, target: undefined })),
    z.strictObject({ source: z.string(), target: z.string().optional() }),
  ]),
);
const Files = z.record(z.string(), z.strictObject({ file: z.string().optional(), name: z.string().optional() }));

export const ComposeService = z.strictObject({
  image: z.string().min(1).optional(),
  build: Build.optional(),
  command: Words.nullish(),
  entrypoint: Words.nullish(),
  environment: Pairs.optional(),
  env_file: z.union([One, z.array(z.union([z.string(), z.strictObject({ path: z.string() }).transform(({ path }) => path)]))]).optional(),
  expose: z.unknown().optional(),
  depends_on: DependsOn.optional(),
  healthcheck: Healthcheck.optional(),
  volumes: z.array(Volume).optional(),
  secrets: Given.optional(),
  configs: Given.optional(),
  networks: ServiceNetworks.nullish(),
  deploy: z.strictObject({ replicas: Count.optional() }).optional(),
  scale: Count.optional(),
  cap_add: Capabilities.optional(),
  cap_drop: Capabilities.optional(),
  user: z.union([z.string(), z.number().transform(String)]).optional(),
  working_dir: z.string().optional(),
  hostname: z.string().optional(),
  container_name: z.string().optional(),
  profiles: z.array(z.string()).optional(),
});
export type ComposeService = z.output<typeof ComposeService>;

export const ComposeFile = z.strictObject({
  name: z.string().optional(),
  version: z.unknown().optional(),
  services: z.record(z.string(), ComposeService),
  networks: z.record(z.string(), z.strictObject({ name: z.string().optional(), internal: z.boolean().optional() }).nullable()).optional(),
  volumes: z.record(z.string(), z.strictObject({ name: z.string().optional() }).nullable()).optional(),
  secrets: Files.optional(),
  configs: Files.optional(),
});
export type ComposeFile = z.output<typeof ComposeFile>;
