// Content decides whether something must be built again, never a time stamp: a fresh clone gives every file a new one.
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** Hashes named parts; lengths are hashed too, so that no two lists of parts read alike. */
export function hashParts(parts: Iterable<readonly [name: string, content: string | Uint8Array]>): string {
  const hash = createHash("sha256");
  for (const [name, content] of parts) hash.update(`${Buffer.byteLength(name)}:${name}:${Buffer.byteLength(content)}:`).update(content);
  return hash.digest("hex").slice(0, 16);
}

/** Every file of a folder with its path relative to it, in one order on every machine; a link stands for its text, and the executable bit counts. */
export async function folderParts(folder: string): Promise<readonly (readonly [string, Uint8Array])[]> {
  const names = (await readdir(folder, { recursive: true })).toSorted();
  const parts: (readonly [string, Uint8Array])[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const stat = await lstat(path);
    if (stat.isSymbolicLink()) parts.push([`${name} link`, Buffer.from(await readlink(path))]);
    else if (stat.isFile()) parts.push([`${name} ${(stat.mode & 0o100) === 0 ? "file" : "program"}`, await readFile(path)]);
  }
  return parts;
}
