// The lab's cache: whatever takes long to make is a folder that is named by its content, so that it is made once for all clones of this machine.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { hashParts } from "../../src/setup/content-hash.ts";

export const labCache = (environment: NodeJS.ProcessEnv = process.env): string =>
  join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "planefault", "kernel-lab");

/** Of what it is made: text by name, as `hashParts` takes it. */
export type Parts = readonly (readonly [name: string, content: string])[];

/** The folder of a kind and content; `make` fills an empty one where there is none. It gets its name when it is whole. */
export async function cached(kind: string, parts: Parts, make: (folder: string) => Promise<void>, cache = labCache()): Promise<string> {
  const folder = join(cache, `${kind}-${hashParts(parts)}`);
  if (existsSync(folder)) return folder;
  // A key lies in it that opens the guest.
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const fresh = await mkdtemp(`${folder}.`);
  try {
    await make(fresh);
    await rename(fresh, folder);
  } catch (error) {
    // Another clone was quicker.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}
