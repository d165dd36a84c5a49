// The three images that everything else stands on: base (Debian and the host's certificates), node, toolbox. And those that stand on them: of a target, and k6's.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { revealed } from "../model/hidden.ts";
import type { ComposeBuild } from "../model/stack.ts";
import { folderParts, hashParts } from "./content-hash.ts";
import { pinBases, type Recipe, tagOf } from "./images.ts";
import { root } from "./places.ts";
import type { Step } from "./steps.ts";
import { runTool } from "./tool.ts";

const npmMs = 300_000;
const ours = (name: string): string => join(root, "setup", "images", name);
const bundles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/** The certificates of this machine, which go into the base image. */
export const hostBundle = (environment: NodeJS.ProcessEnv = process.env): string | undefined =>
  [environment["SSL_CERT_FILE"] ?? "", ...bundles].find((path) => existsSync(path));

async function baseRecipe(): Promise<Recipe> {
  const bundle = hostBundle();
  const certificates = bundle === undefined ? "" : await readFile(bundle, "utf8");
  return {
    name: "planefault/base",
    hash: hashParts([...(await folderParts(ours("base"))), ["certificates", certificates]]),
    bases: [],
    fill: async (context) => {
      await cp(ours("base"), context, { recursive: true });
      await writeFile(join(context, "ca-certificates.crt"), certificates);
    },
  };
}

/** `architecture` is the engine's ("x64", "arm64"), which need not be ours. */
export async function nodeRecipe(architecture: string): Promise<Recipe> {
  const base = await baseRecipe();
  const lock = await readFile(join(root, "setup", "package-lock.json"));
  return {
    name: "planefault/node",
    hash: hashParts([...(await folderParts(ours("node"))), ["base", tagOf(base)], ["architecture", architecture], ["lock", lock]]),
    bases: [base],
    fill: async (context, step) => {
      await cp(ours("node"), context, { recursive: true });
      const modules = await lockedNode(architecture, context, step);
      await cp(join(modules, `node-linux-${architecture}`, "bin", "node"), join(context, "node"));
      await cp(join(modules, "npm"), join(context, "npm"), { recursive: true });
      await rm(join(context, "fetched"), { recursive: true, force: true });
    },
  };
}

/** node_modules with the locked Node of the engine's architecture: the launcher's where it fetched one, else fetched now. */
async function lockedNode(architecture: string, context: string, { note, signal }: Step): Promise<string> {
  const fromLauncher = join(root, "setup", "node_modules");
  const lock = await readFile(join(root, "setup", "package-lock.json"), "utf8");
  const complete = await readFile(join(fromLauncher, ".complete"), "utf8").catch(() => undefined);
  if (complete === lock && existsSync(join(fromLauncher, `node-linux-${architecture}`, "bin", "node"))) return fromLauncher;
  const fetched = join(context, "fetched");
  await mkdir(fetched);
  for (const name of ["package.json", "package-lock.json"]) await cp(join(root, "setup", name), join(fetched, name));
  await runTool(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--os=linux", `--cpu=${architecture}`], {
    folder: fetched,
    timeoutMs: npmMs,
    note,
    signal,
  });
  return join(fetched, "node_modules");
}

export async function toolboxRecipe(architecture: string): Promise<Recipe> {
  const node = await nodeRecipe(architecture);
  const packages = [...packageFolders("ssh2", import.meta.filename)];
  const manifests = await Promise.all(
    packages.map(async ([name, folder]) => [name, await readFile(join(folder, "package.json"))] as const),
  );
  return {
    name: "planefault/toolbox",
    hash: hashParts([...(await folderParts(ours("toolbox"))), ["node", tagOf(node)], ...manifests]),
    bases: [node],
    fill: async (context) => {
      await cp(ours("toolbox"), context, { recursive: true });
      for (const [name, folder] of packages)
        await cp(folder, join(context, "node_modules", name), { recursive: true, filter: (path) => !isForeign(path.slice(folder.length)) });
    },
  };
}

/** What was compiled for the host, or is another copy of a package, has no place in the image. */
const isForeign = (path: string): boolean => path.includes("node_modules") || path.endsWith("/build");

/** A package and all it depends on, by name. Optional dependencies are native accelerators, which nothing here needs. */
export function packageFolders(name: string, from: string, found: Map<string, string> = new Map()): ReadonlyMap<string, string> {
  if (found.has(name)) return found;
  const file = createRequire(from).resolve(`${name}/package.json`);
  found.set(name, dirname(file));
  const manifest: { readonly dependencies?: Readonly<Record<string, string>> } = createRequire(from)(file);
  for (const dependency of Object.keys(manifest.dependencies ?? {})) packageFolders(dependency, file, found);
  return found;
}

/** Only for runs whose load k6 makes. */
export async function k6Recipe(architecture: string): Promise<Recipe> {
  const bases = [await baseRecipe(), await toolboxRecipe(architecture)];
  return {
    name: "planefault/k6",
    hash: hashParts([...(await folderParts(ours("k6"))), ...bases.map((base) => ["base", tagOf(base)] as const)]),
    bases,
    fill: (context) => cp(ours("k6"), context, { recursive: true }),
  };
}

const makers = [baseRecipe, nodeRecipe, toolboxRecipe] as const;

/** The image of one component of a target; paths are relative to the target's folder. */
export async function targetRecipe(folder: string, build: string | ComposeBuild, architecture: string): Promise<Recipe> {
  const {
    context,
    bases: standIns,
    ...options
  } = typeof build === "string" ? { context: build, bases: {}, dockerfile: "Dockerfile" } : build;
  const source = resolve(folder, context);
  const dockerfile = await readFile(join(source, options.dockerfile), "utf8");
  const named = ([name]: readonly [string, string]): boolean => pinBases(dockerfile, [{ name, hash: "" }]) !== dockerfile;
  const recipes = await Promise.all([
    ...makers.map((make) => make(architecture)),
    ...Object.entries(standIns)
      .filter(named)
      .map(async ([standsFor, base]) => ({ ...(await targetRecipe(folder, base, architecture)), standsFor })),
  ]);
  const bases = recipes.filter((recipe) => pinBases(dockerfile, [recipe]) !== dockerfile);
  return {
    name: `planefault/${basename(resolve(folder))}-${basename(source)}`.toLowerCase(),
    hash: hashParts([
      ...(await folderParts(source)),
      ...bases.map((base) => ["base", tagOf(base)] as const),
      ...(typeof build === "string" ? [] : [["options", JSON.stringify(options)] as const]),
    ]),
    bases,
    ...(typeof build === "string" ? {} : { options: { dockerfile: build.dockerfile, target: build.target, args: revealed(build.args) } }),
    fill: (context) => cp(source, context, { recursive: true }),
  };
}
