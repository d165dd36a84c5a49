// The target file: what it may say, and how an editor explains each field.
import * as z from "zod";
import { Name } from "../model/op.ts";
import { atMost, Line, Word } from "../model/text.ts";
import { Probe } from "../probes/list.ts";
import { Signal } from "../probes/signal.ts";
import { LoadOptions } from "./load.ts";
import { AttachedService, Folder, Labels, Service, ServiceChange, ServiceOverride } from "./service.ts";

const EdgeText = z.string().regex(/^[a-z][a-z0-9-]* <?-> [a-z][a-z0-9-]*:\d{1,5} on [a-z][a-z0-9-]*$/u, {
  error: 'expected an edge such as "user -> app:8080 on data"',
});
const Edges = z.array(EdgeText).max(200).describe('Who talks to whom: "user -> app:8080 on data"; "<->" for both directions');
const Argv = z.array(Word.min(1)).min(1).max(50);

/** What every target says. */
const watching = {
  version: z.literal(1).describe("Version of this format"),
  description: Line.min(1).max(500).describe("What this stack is, in one sentence"),
  vantages: z
    .record(
      Name,
      z.strictObject({ networks: z.array(Name).min(1).max(10).describe("Networks it is on") }).describe("One place to look from"),
    )
    .refine(...atMost(20, "vantages"))
    .describe("Toolbox containers from which probes look"),
  edges: Edges.optional(),
  probes: z
    .record(Name, Probe)
    .refine(...atMost(200, "probes"))
    .describe("Repeated measurements, each for one plane"),
  load: LoadOptions.optional(),
  signals: z
    .record(Name, Signal)
    .refine(...atMost(200, "signals"))
    .optional()
    .describe("What the system claims about its own health"),
  allow: z
    .array(Name)
    .min(1)
    .max(100)
    .optional()
    .describe("Services or replicas that faults may touch; all others are refused. Needed with `compose`; without it, by default all"),
};

/** What a target says whose components planefault starts. */
const common = {
  ...watching,
  roles: z
    .record(
      Name,
      z
        .strictObject({
          of: Name.describe("The service whose replicas share the role"),
          exec: Argv.describe("Run on a replica: prints `expect` where the replica has the role"),
          expect: Line.min(1).max(100).describe("What `exec` prints on the replica with the role"),
          at: Name.optional().describe("The replica that gets the role before each run; by default the first"),
          bring: Argv.optional().describe("Run on that replica until it has the role"),
        })
        .describe("A role that one replica has: etcd@leader"),
    )
    .refine(...atMost(20, "roles"))
    .optional()
    .describe("Roles that move between replicas; each is brought to one replica before a run"),
  variants: z
    .record(
      Name,
      z
        .strictObject({
          description: Line.min(1).max(500).optional().describe("What differs, in one sentence"),
          services: z
            .record(Name, ServiceChange)
            .refine(...atMost(100, "services"))
            .optional()
            .describe("Changed services"),
          edges: Edges.optional(),
        })
        .describe("A named configuration"),
    )
    .refine(...atMost(50, "variants"))
    .optional()
    .describe("Named configurations, such as a good and a bad design"),
};

/** A target with services of its own. */
export const TargetFile = z
  .strictObject({
    ...common,
    networks: z
      .record(Name, z.strictObject({}).describe("A network has no options"))
      .refine(...atMost(50, "networks"))
      .describe("Networks; a plane with a path of its own gets a network of its own"),
    services: z
      .record(Name, Service)
      .refine(...atMost(100, "services"))
      .describe("The stack's services: a subset of Compose"),
  })
  .describe("A planefault target: a stack, and how it is watched on three planes");
export type TargetFile = z.output<typeof TargetFile>;

/** A target whose services and networks stand in a Compose file. */
export const ComposedTargetFile = z
  .strictObject({
    ...common,
    compose: z
      .string()
      .regex(/^(\.\/)?[A-Za-z0-9_][A-Za-z0-9_./-]*\.ya?ml$/u, {
        error: "expected a file below the target's folder, such as ./compose.yaml",
      })
      .describe("The Compose file whose services and networks the target has; see docs/compose.md"),
    images: z
      .record(Line.min(1).max(200), Folder)
      .refine(...atMost(100, "images"))
      .optional()
      .describe("Image of the Compose file or of a FROM in its Dockerfiles -> folder with a Dockerfile that builds what stands in for it"),
    overrides: z
      .strictObject({
        services: z
          .record(Name, ServiceOverride)
          .refine(...atMost(100, "services"))
          .describe("By service"),
      })
      .optional()
      .describe("What the Compose file does not say"),
  })
  .describe("A planefault target around a Compose file");
export type ComposedTargetFile = z.output<typeof ComposedTargetFile>;

/** A target whose containers run already. */
export const AttachedTargetFile = z
  .strictObject({
    ...watching,
    attach: z
      .strictObject({
        project: Line.min(1)
          .max(200)
          .optional()
          .describe("The Compose project that runs: the value of its label com.docker.compose.project"),
        labels: Labels.optional().describe("Labels that all of its containers have, where they are no Compose project"),
      })
      .refine(({ project, labels }) => (project === undefined) !== (labels === undefined), {
        error: 'attach has either "project" or "labels"',
      })
      .describe("Which containers are meant. planefault neither starts nor stops them"),
    allow: z
      .array(Name)
      .max(100)
      .describe("Services or replicas that faults may touch; nothing else is entered. An empty list: everything is only watched"),
    networks: z
      .record(
        Name,
        z
          .strictObject({
            name: Line.min(1).max(200).optional().describe("Its name in the engine. Of a Compose project's own network it may be left out"),
          })
          .describe("One network on which the containers are"),
      )
      .refine(...atMost(50, "networks"))
      .describe("Networks of the containers that vantages join"),
    services: z
      .record(Name, AttachedService)
      .refine(...atMost(100, "services"))
      .describe("The services that run"),
  })
  .describe("A planefault target whose containers run already");
export type AttachedTargetFile = z.output<typeof AttachedTargetFile>;

export const isAttached = (data: unknown): boolean => typeof data === "object" && data !== null && "attach" in data;
export const isComposed = (data: unknown): boolean => typeof data === "object" && data !== null && "compose" in data;
