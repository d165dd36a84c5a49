// The JSON Schemas of both formats, for editors: generated, so that they cannot differ from what is checked.
import * as z from "zod";
import { Name } from "../model/op.ts";
import { Experiment } from "./experiment.ts";
import { AttachedService, Service } from "./service.ts";
import { AttachedTargetFile, ComposedTargetFile, TargetFile } from "./target.ts";

/** File name under schema/ -> its text. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  return {
    "experiment.json": text(Experiment, "planefault experiment"),
    "target.json": text(anyTarget, "planefault target", anyForm),
  };
}

/** All forms of a target in one mapping, so that an editor offers all options in one list and tells one mistake once. */
const own = TargetFile.shape;
const composed = ComposedTargetFile.shape;
const attached = AttachedTargetFile.shape;
const anyService = z
  .strictObject({ ...Service.shape, build: Service.shape.build.optional(), labels: AttachedService.shape.labels })
  .describe(Service.description ?? "");
const anyTarget = z
  .strictObject({
    ...composed,
    ...own,
    networks: attached.networks.optional(),
    services: z
      .record(Name, anyService)
      .describe(own.services.description ?? "")
      .optional(),
    compose: composed.compose.optional(),
    attach: attached.attach.optional(),
    allow: attached.allow.optional(),
  })
  .describe(TargetFile.description ?? "");
const anyForm = {
  anyOf: [
    { required: ["networks", "services"] },
    { required: ["compose", "allow"] },
    { required: ["attach", "allow", "networks", "services"] },
  ],
};

const text = (schema: z.ZodType, title: string, more: object = {}): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: "input", target: "draft-7" }), ...more }, undefined, 2)}\n`;
