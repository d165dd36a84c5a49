// Files that our caller left open in us without close-on-exec. A daemon that inherited them would hold the caller's locks, and its pipes open, for ever.
import { readdirSync, readFileSync } from "node:fs";

const closeOnExec = 0o2_000_000;
const firstAfterStandard = 3;

/** `text` is a file of /proc/PID/fdinfo. */
export function survivesExec(text: string): boolean {
  const flags = /^flags:\s*(\d+)$/mu.exec(text)?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
}

/** Descriptors above standard error that a program started by us would find open. */
export function inheritedFiles(folder = "/proc/self/fdinfo"): readonly number[] {
  return readdirSync(folder)
    .map(Number)
    .filter((descriptor) => descriptor >= firstAfterStandard && survivesExec(readIfOpen(`${folder}/${descriptor}`)));
}

/** The descriptor that listed the folder has gone by now. */
function readIfOpen(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
