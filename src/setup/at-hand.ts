// What a look at a running target needs, where it is there already: found without the set-up lock, since a responder must not wait for somebody else's build.
import { ensureAgent } from "./agent-folder.ts";
import { hasImage, reachEngine } from "./engine-client.ts";
import { tagOf } from "./images.ts";
import { toolboxRecipe } from "./own-images.ts";
import { type Report, Steps } from "./steps.ts";

export interface Tools {
  readonly toolbox: string;
  readonly agentFolder: string;
}

const askMs = 3_000;

/** Undefined where something has to be made first, which is `ensure`'s work. */
export async function toolsAtHand(report: Report, signal: AbortSignal): Promise<Tools | undefined> {
  const reached = await reachEngine(askMs);
  if (!reached.ok) return undefined;
  const toolbox = tagOf(await toolboxRecipe(reached.facts.architecture));
  if (!(await hasImage(reached.engine, toolbox))) return undefined;
  return { toolbox, agentFolder: await ensureAgent(new Steps(report, signal)) };
}
