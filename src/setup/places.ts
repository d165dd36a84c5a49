// Where this copy of planefault lies and where it may keep things: a clone and an installed package differ in both.
import { homedir } from "node:os";
import { join, resolve, sep } from "node:path";

/** The folder of package.json: two above src/setup in a clone, two above dist/setup in a package. */
export const root = resolve(import.meta.dirname, "..", "..");

const isInstalled = (folder: string): boolean => folder.split(sep).includes("node_modules");

/** How planefault is called here, for the commands that we name to people. */
export const program = isInstalled(root) ? "npx planefault" : "./planefault";

/** A clone keeps its cache beside the code, where `rm -rf` of the clone takes it along; a package has no folder of its own to write to. */
export function cacheFolder(folder: string = root, environment: NodeJS.ProcessEnv = process.env): string {
  if (!isInstalled(folder)) return join(folder, ".cache");
  return join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "planefault");
}

/** System packages and daemons are touched only from a clone or in CI: whoever installs a package does not expect it to install others. */
export type Permission = { readonly allowed: true } | { readonly allowed: false; readonly why: string };

export function mayChangeSystem(folder: string = root, environment: NodeJS.ProcessEnv = process.env): Permission {
  if (environment["PLANEFAULT_SETUP"] === "off") return { allowed: false, why: "PLANEFAULT_SETUP=off forbids it" };
  if (isInstalled(folder) && !environment["CI"])
    return { allowed: false, why: "an installed package changes no system (a clone, or CI=true, does)" };
  return { allowed: true };
}
