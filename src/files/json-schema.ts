// The JSON Schemas of both formats, for editors: generated, so that they cannot differ from what is checked.
import * as z from "zod";
import { Experiment } from "./experiment.ts";
import { ComposedTargetFile, TargetFile } from "./target.ts";

/** File name under schema/ -> its text. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  return {
    "experiment.json": text(Experiment, "planefault experiment"),
    "target.json": text(eitherTarget, "planefault target", eitherForm),
  };
}

/** Both forms of a target in one mapping, so that an editor offers all options in one list and tells one mistake once. */
const own = TargetFile.shape;
const composed = ComposedTargetFile.shape;
const eitherTarget = z
  .strictObject({
    ...composed,
    ...own,
    networks: own.networks.optional(),
    services: own.services.optional(),
    compose: composed.compose.optional(),
  })
  .describe(TargetFile.description ?? "");
const eitherForm = { anyOf: [{ required: ["networks", "services"] }, { required: ["compose", "allow"] }] };

const text = (schema: z.ZodType, title: string, more: object = {}): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: "input", target: "draft-7" }), ...more }, undefined, 2)}\n`;
