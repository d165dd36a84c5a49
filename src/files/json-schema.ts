// The JSON Schemas of both formats, for editors: generated, so that they cannot differ from what is checked.
import * as z from "zod";
import { Experiment } from "./experiment.ts";
import { TargetFile } from "./target.ts";

/** File name under schema/ -> its text. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  return { "experiment.json": text(Experiment, "planefault experiment"), "target.json": text(TargetFile, "planefault target") };
}

const text = (schema: z.ZodType, title: string): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: "input", target: "draft-7" }) }, undefined, 2)}\n`;
