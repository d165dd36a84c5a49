// Trees of Debian 13, made by mmdebstrap: the guest's system, and QEMU 10 for this machine, whose own may be too old (QEMU 7.2 crashes this guest's kernel).
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { PlanefaultError } from "../../src/model/error.ts";
import { cacheFolder, mayChangeSystem } from "../../src/setup/places.ts";
import type { Steps } from "../../src/setup/steps.ts";
import { installPackages } from "../../src/setup/system-packages.ts";
import { runTool } from "../../src/setup/tool.ts";

const suite = "trixie";
const treeMs = 900_000;
const unpackMs = 120_000;

const wanted: readonly (readonly [program: string, inPackage: string])[] = [
  ["/usr/bin/mmdebstrap", "mmdebstrap"],
  ["/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring"],
  ["/usr/bin/setpriv", "util-linux"],
  ["/usr/sbin/mke2fs", "e2fsprogs"],
];

/** What the host must have to make and run a guest. Trees with devices and owners are made by root alone. */
export async function ensureTools(steps: Steps): Promise<void> {
  if (process.getuid?.() !== 0 || process.arch !== "x64")
    throw new PlanefaultError("environment", "the kernel lab is made and run by root on x86-64", { hint: "run it as root, or in CI" });
  const missing = wanted.flatMap(([program, inPackage]) => (existsSync(program) ? [] : [inPackage]));
  if (missing.length === 0) return;
  await installPackages(missing, "to make the kernel lab", steps, mayChangeSystem(), cacheFolder());
}

export interface Tree {
  /** Of mmdebstrap: "minbase" is a system, "extract" unpacks packages and runs none of their scripts. */
  readonly variant: "minbase" | "extract";
  readonly packages: readonly string[];
  readonly options?: readonly string[];
}

/** Lays it into `folder`, which has to be there. By way of an archive: mmdebstrap mounts /proc and /dev in its tree, so nobody but itself removes that. */
export async function layTree({ variant, packages, options = [] }: Tree, folder: string, steps: Steps, title: string): Promise<void> {
  const archive = `${folder}.tar`;
  await mkdir(folder, { recursive: true });
  const log = join(cacheFolder(), "log", "kernel-lab-debian.log");
  try {
    await steps.step(title, async ({ note, signal }) => {
      await runTool(["mmdebstrap", `--variant=${variant}`, `--include=${packages.join(",")}`, ...options, suite, archive], {
        timeoutMs: treeMs,
        log,
        note,
        signal,
      });
      await runTool(["tar", "-x", "-f", archive, "-C", folder], { timeoutMs: unpackMs, signal });
    });
  } finally {
    await rm(archive, { force: true });
  }
}
