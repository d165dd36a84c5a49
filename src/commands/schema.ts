// `planefault schema`: writes the JSON Schemas that editors use.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { jsonSchemas } from "../files/json-schema.ts";
import { makeFolder } from "./make-folder.ts";

export interface SchemaOptions {
  readonly folder?: string;
}

export async function schemaCommand(options: SchemaOptions, write: (text: string) => void): Promise<number> {
  const folder = options.folder ?? "schema";
  makeFolder(folder);
  for (const [name, text] of Object.entries(jsonSchemas())) {
    const path = join(folder, name);
    await writeFile(path, text);
    write(`wrote ${path}\n`);
  }
  return 0;
}
