// Makes a folder that a user named, with those above it. Exists because Node's own recursive mkdir never ends where the system says ENOENT for ever, as below /proc.
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

export function makeFolder(path: string, mode = 0o777): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const above = dirname(resolve(path));
  if (above !== resolve(path)) makeFolder(above);
  mkdirSync(path, { mode });
}
