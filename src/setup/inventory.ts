// What is on this machine, by reads only: it starts nothing, makes nothing and waits at most a few seconds for an engine.
import type { KernelFacts } from "./capabilities.ts";
import type { EngineSituation } from "./engine-remedy.ts";
import { type EngineFacts, hasImage, reachEngine } from "./engine-client.ts";
import { type EnginePlace, situationOf, usualEngine } from "./engine-start.ts";
import { tagOf } from "./images.ts";
import { knownKernelFacts } from "./kernel-facts.ts";
import { nodeRecipe, toolboxRecipe } from "./own-images.ts";
import { type PidFile, readPidFile } from "./pid-file.ts";
import { program } from "./places.ts";

export interface Inventory {
  readonly node: string;
  /** How planefault is called here: "./planefault" or "npx planefault". */
  readonly program: string;
  readonly situation: EngineSituation;
  readonly pidFile: PidFile;
  readonly engine: { readonly ok: true; readonly facts: EngineFacts } | { readonly ok: false; readonly why: string };
  /** Image name -> is it there; empty without an engine. */
  readonly images: Readonly<Record<string, boolean>>;
  readonly kernel: KernelFacts | undefined;
}

const askMs = 3_000;

export async function takeInventory(place: EnginePlace = usualEngine()): Promise<Inventory> {
  const reached = await reachEngine(askMs, place.socket);
  const images: Record<string, boolean> = {};
  let kernel: KernelFacts | undefined;
  if (reached.ok) {
    const toolbox = await toolboxRecipe(reached.facts.architecture);
    const node = await nodeRecipe(reached.facts.architecture);
    for (const recipe of [...node.bases, node, toolbox]) images[tagOf(recipe)] = await hasImage(reached.engine, tagOf(recipe));
    kernel = await knownKernelFacts(reached.facts, tagOf(toolbox));
  }
  return {
    node: process.versions.node,
    program,
    situation: situationOf(place),
    pidFile: await readPidFile(place.pidFile, "dockerd"),
    engine: reached.ok ? { ok: true, facts: reached.facts } : { ok: false, why: reached.why },
    images,
    kernel,
  };
}
