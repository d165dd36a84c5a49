// Builds what a recipe describes. An image is named by its content, so what exists is never built again, and two clones of different age do not disturb each other.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type DebianOptions, ensureDebian } from "./base-image.ts";
import { buildImage } from "./build-image.ts";
import { type Engine, hasImage } from "./engine-client.ts";
import type { Step, Steps } from "./steps.ts";

const buildMs = 1_200_000;

export interface Workshop {
  readonly engine: Engine;
  readonly steps: Steps;
  readonly debian: DebianOptions;
}

/** An image of ours before it is built: its name is known from content alone, so looking whether it exists needs no other image. */
export interface Recipe {
  readonly name: string;
  readonly hash: string;
  /** What `FROM planefault/...` in its Dockerfile means. */
  readonly bases: readonly Recipe[];
  /** The image of somebody else's for which it is built: a FROM with that name means this one. */
  readonly standsFor?: string;
  /** Options of a build that is not just a folder with a Dockerfile. */
  readonly options?: { readonly dockerfile: string; readonly target: string | undefined; readonly args: Readonly<Record<string, string>> };
  /** Lays Dockerfile and all that it copies into an empty folder. */
  fill(context: string, step: Step): Promise<void>;
}

export const tagOf = (recipe: Pick<Recipe, "name" | "hash">): string => `${recipe.name}:${recipe.hash}`;

/** Names the exact base image, since the tag `latest` may be of another clone by the time the engine reads it. */
export const pinBases = (dockerfile: string, bases: readonly Pick<Recipe, "name" | "hash" | "standsFor">[]): string =>
  // What is built here is of the engine's own platform, which the classic builder does not know by its variable.
  dockerfile.replaceAll(/^(FROM\s+)(?:--platform=\S+\s+)?(\S+)(?=\s|$)/gimu, (line, from: string, name: string) => {
    const base = bases.find((recipe) => (recipe.standsFor ?? recipe.name) === name.replace(/^(planefault\/[a-z]+):latest$/u, "$1"));
    return base === undefined ? line : `${from}${tagOf(base)}`;
  });

/** Builds an image, and first those below it, unless it exists already. */
export async function ensureImage(workshop: Workshop, recipe: Recipe): Promise<string> {
  const tag = tagOf(recipe);
  if (await hasImage(workshop.engine, tag)) return tag;
  for (const base of recipe.bases) await ensureImage(workshop, base);
  if (recipe.name === "planefault/base") await ensureDebian(workshop.engine, workshop.steps, workshop.debian);
  const { cache } = workshop.debian;
  await workshop.steps.step(`building the image ${tag}`, async (step) => {
    await mkdir(cache, { recursive: true });
    const context = await mkdtemp(join(cache, "context-"));
    try {
      await recipe.fill(context, step);
      const dockerfile = join(context, recipe.options?.dockerfile ?? "Dockerfile");
      await writeFile(dockerfile, pinBases(await readFile(dockerfile, "utf8"), recipe.bases));
      await buildImage(workshop.engine, {
        context,
        options: recipe.options,
        tags: [tag, `${recipe.name}:latest`],
        log: join(cache, "log", `build-${basename(recipe.name)}.log`),
        note: step.note,
        signal: step.signal,
        timeoutMs: buildMs,
      });
    } finally {
      await rm(context, { recursive: true, force: true });
    }
  });
  return tag;
}
