// What of the Compose specification planefault understands, in all the forms in which people write it. Keys that are ignored never get here (see ignored.ts); all others are refused by name.
import * as z from "zod";
import { atMost, Line, Word } from "../../model/text.ts";

const Scalar = z.union([Word, z.number(), z.boolean(), z.null()]);
const VariableName = z.string().regex(/^[^=\p{Cc}]+$/u, { error: "expected the name of a variable" });
const VariableLine = Word.regex(/^[^=\p{Cc}]+(?:=|$)/u, { error: "expected NAME=value" });
/** A mapping, or a list of NAME=value; a NAME alone has no value here. */
const Pairs = z.union([
  z
    .record(VariableName, Scalar)
    .transform((map) => Object.entries(map).map(([name, value]) => [name, value === null ? undefined : String(value)] as const)),
  z.array(VariableLine).transform((list) =>
    list.map((line) => {
      const equals = line.indexOf("=");
      return equals < 0 ? ([line, undefined] as const) : ([line.slice(0, equals), line.slice(equals + 1)] as const);
    }),
  ),
]);
/** A list as it is; a text is split into words by whoever uses it. */
const Words = z.union([Word, z.array(Word)]);
const One = Line.transform((text) => [text]);
const countedTo = (most: number) =>
  z
    .union([
      z.int(),
      z
        .string()
        .regex(/^\d{1,9}$/u, { error: "expected a whole number" })
        .transform(Number),
    ])
    .refine((count) => count >= 0 && count <= most, { error: `a number from 0 to ${most}` });
/** As many as a service of a target may have. */
const Replicas = countedTo(20);

/** Every one of its names becomes a line of /etc/hosts in the others. */
const HostName = z.string().regex(/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?$/u, {
  error: "expected a name of letters, digits, underscores, dots and dashes",
});
const ImageName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,254}$/u, { error: "expected the name of an image" });

/** "1m30s", "500ms" -> milliseconds. */
const ComposeDuration = z
  .string()
  .max(50)
  .regex(/^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/u, { error: 'expected a duration of Compose such as "1m30s"' })
  .transform((text) =>
    Array.from(text.matchAll(/([\d.]+)(us|ms|s|m|h)/gu)).reduce(
      (sum, [, number, unit]) => sum + Number(number) * (unitMs[unit ?? ""] ?? 0),
      0,
    ),
  )
  .refine((ms) => ms <= longestMs, { error: "a duration is at most 24h" });
const longestMs = 86_400_000;
const unitMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

const Build = z.union([
  Line.transform((context) => ({ context, dockerfile: "Dockerfile", target: undefined, args: [] })),
  z.strictObject({
    context: Line.default("."),
    dockerfile: Line.default("Dockerfile"),
    target: HostName.optional(),
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
  retries: countedTo(10_000).default(3),
  start_period: ComposeDuration.default(0),
  start_interval: ComposeDuration.optional(),
});

const Volume = z.union([
  Line,
  z.strictObject({
    type: z.enum(["volume", "bind"]),
    source: Line.optional(),
    target: Line,
    read_only: z.boolean().optional(),
    bind: z.unknown().optional(),
    volume: z.unknown().optional(),
    consistency: z.unknown().optional(),
  }),
]);

const ServiceNetworks = z.union([
  z.array(z.string()).transform((names) => names.map((network) => ({ network, aliases: [] as readonly string[] }))),
  z
    .record(z.string(), z.union([z.null(), z.strictObject({ aliases: z.array(HostName).max(100).default([]) })]))
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
  z.union([Line.transform((source) => ({ source, target: undefined })), z.strictObject({ source: Line, target: Line.optional() })]),
);
const Files = z.record(z.string(), z.strictObject({ file: Line.optional(), name: z.string().optional() }));

export const ComposeService = z.strictObject({
  image: ImageName.optional(),
  build: Build.optional(),
  command: Words.nullish(),
  entrypoint: Words.nullish(),
  environment: Pairs.optional(),
  env_file: z.union([One, z.array(z.union([Line, z.strictObject({ path: Line }).transform(({ path }) => path)]))]).optional(),
  expose: z.unknown().optional(),
  depends_on: DependsOn.optional(),
  healthcheck: Healthcheck.optional(),
  volumes: z.array(Volume).optional(),
  secrets: Given.optional(),
  configs: Given.optional(),
  networks: ServiceNetworks.nullish(),
  deploy: z.strictObject({ replicas: Replicas.optional() }).optional(),
  scale: Replicas.optional(),
  cap_add: Capabilities.optional(),
  cap_drop: Capabilities.optional(),
  user: z.union([Line, z.number().transform(String)]).optional(),
  working_dir: Line.optional(),
  hostname: HostName.optional(),
  container_name: HostName.optional(),
  profiles: z.array(z.string()).optional(),
});
export type ComposeService = z.output<typeof ComposeService>;

export const ComposeFile = z.strictObject({
  name: Line.optional(),
  version: z.unknown().optional(),
  services: z.record(HostName, ComposeService).refine(...atMost(100, "services")),
  networks: z.record(z.string(), z.strictObject({ name: z.string().optional(), internal: z.boolean().optional() }).nullable()).optional(),
  volumes: z.record(z.string(), z.strictObject({ name: z.string().optional() }).nullable()).optional(),
  secrets: Files.optional(),
  configs: Files.optional(),
});
export type ComposeFile = z.output<typeof ComposeFile>;
