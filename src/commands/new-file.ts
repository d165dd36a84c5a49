// A file of the user's that `init` writes: where it may be, and that nothing is written over unasked.
import { statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf, PlanefaultError } from "../model/error.ts";
import { makeFolder } from "./make-folder.ts";

/** `force`: what is there may be written over; undefined: never, whatever is asked. */
export function refusePlace(file: string, what: string, force: boolean | undefined): void {
  if (!/\.ya?ml$/u.test(file)) throw new PlanefaultError("input", `${file} is no place for ${what}`, { hint: "its name ends with .yaml" });
  const there = statSync(file, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isFile()) throw new PlanefaultError("input", `${file} is there already, and is no file`, { hint: "name another with --out" });
  if (force !== true)
    throw new PlanefaultError("input", `${file} is there already`, {
      hint: `${force === undefined ? "it is never written over" : "--force writes over it"}; --out names another`,
    });
}

export function writeNew(file: string, text: string, force = false): void {
  try {
    makeFolder(dirname(file));
    writeFileSync(file, text, { flag: force ? "w" : "wx" });
  } catch (cause) {
    throw new PlanefaultError("input", `cannot write ${file}: ${messageOf(cause)}`, { cause, hint: "name another with --out" });
  }
}
