// The one way to what a command needs beyond Node and packages: engine, images, toolbox, compiled agent. Used by clone, npx and planefault/mocha alike.
import { messageOf, PlanefaultError } from "../model/error.ts";
import { type Build, isNamed } from "../model/stack.ts";
import { ensureAgent } from "./agent-folder.ts";
import type { KernelFacts } from "./capabilities.ts";
import { type Engine, type EngineFacts, hasImage } from "./engine-client.ts";
import { ensureEngine, usualEngine } from "./engine-start.ts";
import { ensureImage, type Workshop } from "./images.ts";
import { ensureKernelFacts } from "./kernel-facts.ts";
import { k6Recipe, targetRecipe, toolboxRecipe } from "./own-images.ts";
import { type SetupLock, takeSetupLock } from "./setup-lock.ts";
import { type Report, Steps } from "./steps.ts";

/** Each need brings those below it: a toolbox or an image needs the engine. */
export interface Needs {
  readonly engine?: boolean;
  /** The toolbox image, and what the engine's kernel answers in it. */
  readonly toolbox?: boolean;
  /** The image of the container in which k6 makes load. */
  readonly k6?: boolean;
  readonly agent?: boolean;
  /** Images of a target, by its folder. */
  readonly images?: readonly { readonly folder: string; readonly builds: readonly Build[] }[];
}

export interface Provided {
  readonly engine: { readonly api: Engine; readonly facts: EngineFacts } | undefined;
  /** The toolbox image's name. */
  readonly toolbox: string | undefined;
  /** The name of the image with k6. */
  readonly k6: string | undefined;
  readonly kernel: KernelFacts | undefined;
  /** Folder with agent/ and keeper/ as JavaScript. */
  readonly agentFolder: string | undefined;
  /** The image of a build context of a target, by the target's folder and the build as given. */
  image(folder: string, build: Build): string;
}

const toStandardError: Report = (line) => process.stderr.write(`planefault: ${line}\n`);

const key = (folder: string, build: Build): string => `${folder}\0${JSON.stringify(build)}`;

/** Aborting `signal` ends it in the middle of whatever step it is at; what was finished by then is kept. */
export async function ensure(
  needs: Needs,
  report: Report = toStandardError,
  signal: AbortSignal = new AbortController().signal,
): Promise<Provided> {
  try {
    const provided = await provide(needs, new Steps(report, signal), signal);
    signal.throwIfAborted();
    return provided;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new PlanefaultError("interrupted", `set-up was broken off (${messageOf(signal.reason)}); nothing else was started`, {
      hint: "what was finished is kept: the next set-up goes on from there",
    });
  }
}

async function provide(needs: Needs, steps: Steps, signal: AbortSignal): Promise<Provided> {
  await using held = new AsyncDisposableStack();
  held.use(await lockShown(steps, signal));
  const agentFolder = needs.agent ? await ensureAgent(steps) : undefined;
  const images = new Map<string, string>();
  const image = (folder: string, build: Build): string => {
    const name = images.get(key(folder, build));
    if (name === undefined) throw new Error(`the image of ${JSON.stringify(build)} in ${folder} was not among the needs`);
    return name;
  };
  const targets = needs.images ?? [];
  if (!needs.engine && !needs.toolbox && !needs.k6 && targets.length === 0)
    return { engine: undefined, toolbox: undefined, k6: undefined, kernel: undefined, agentFolder, image };

  const place = usualEngine();
  const { engine, facts } = await ensureEngine(steps, place);
  const workshop: Workshop = { engine, steps, debian: { cache: place.cache, permission: place.permission } };
  const toolbox = needs.toolbox ? await ensureImage(workshop, await toolboxRecipe(facts.architecture)) : undefined;
  const kernel = toolbox === undefined ? undefined : await ensureKernelFacts(engine, facts, toolbox, steps);
  for (const build of targets.flatMap(({ builds }) => builds)) if (isNamed(build)) await requireImage(engine, build.image);
  const k6 = needs.k6 ? await ensureImage(workshop, await k6Recipe(facts.architecture)) : undefined;
  for (const { folder, builds } of targets) {
    for (const build of new Set(builds))
      images.set(
        key(folder, build),
        isNamed(build) ? build.image : await ensureImage(workshop, await targetRecipe(folder, build, facts.architecture)),
      );
  }
  return { engine: { api: engine, facts }, toolbox, k6, kernel, agentFolder, image };
}

/** Nothing is pulled: what a Compose file names is there, or built by the target. */
async function requireImage(engine: Engine, name: string): Promise<void> {
  if (await hasImage(engine, name)) return;
  throw new PlanefaultError("environment", `the container engine has no image "${name}"`, {
    hint: `pull it by hand, or let the target build what stands in for it: \`images: { "${name}": ./folder }\` in the target file`,
  });
}

/** Where another holds the lock, waiting for it is a step like any other. */
function lockShown(steps: Steps, signal: AbortSignal): Promise<SetupLock> {
  const taken = takeSetupLock(
    // Its end is the end of the wait, which is seen below.
    (pid) => void steps.step(`waiting for another set-up on this machine (process ${pid})`, () => taken).catch(() => {}),
    { signal },
  );
  return taken;
}
