// Agent and keeper run compiled everywhere: Node strips types in 20 MB more memory, and not at all under node_modules. A package ships them; a clone compiles them when they change.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { folderParts, hashParts } from "./content-hash.ts";
import { cacheFolder, root } from "./places.ts";
import type { Steps } from "./steps.ts";
import { runTool } from "./tool.ts";

const sources = ["agent", "keeper", "model"] as const;
const compileMs = 120_000;

/** The folder that holds agent/, keeper/ and model/ as JavaScript. */
export async function ensureAgent(steps: Steps): Promise<string> {
  if (import.meta.filename.endsWith(".js")) return resolve(import.meta.dirname, "..");
  const config = join(root, "setup", "tsconfig.agent.json");
  const parts = await Promise.all(
    sources.map(async (name) =>
      (await folderParts(join(root, "src", name))).map(([path, content]) => [`${name}/${path}`, content] as const),
    ),
  );
  const hash = hashParts([
    ...parts.flat(),
    ["config", await readFile(config)],
    ["root config", await readFile(join(root, "tsconfig.json"))],
  ]);
  const folder = join(cacheFolder(), `agent-${hash}`);
  if (existsSync(folder)) return folder;
  await steps.step("compiling agent and keeper", ({ signal }) => compile(config, folder, signal));
  return folder;
}

/** Beside its final place and then renamed, so that a folder of that name is always whole, whoever else compiles at the same time. */
async function compile(config: string, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true });
  const fresh = await mkdtemp(`${folder}.`);
  try {
    await runTool([process.execPath, join(root, "node_modules", "typescript", "bin", "tsc"), "-p", config, "--outDir", fresh], {
      timeoutMs: compileMs,
      signal,
    });
    await writeFile(join(fresh, "package.json"), '{ "private": true, "type": "module" }\n');
    await rename(fresh, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
