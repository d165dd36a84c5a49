// QEMU 10 in a root of its own: the same one on every machine, which snapshots need. It runs through that root's own loader.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { layTree, type Tree } from "./debian.ts";
import type { Steps } from "../../src/setup/steps.ts";

export interface Qemu {
  /** Names its content: a snapshot belongs to one QEMU. */
  readonly folder: string;
  /** The command that runs a program of the root. It dies with whoever started it, however that ends. */
  command(program: "qemu-system-x86_64" | "qemu-img", argv: readonly string[]): readonly [string, ...string[]];
  readonly environment: NodeJS.ProcessEnv;
}

const tree: Tree = {
  variant: "extract",
  packages: ["qemu-system-x86", "qemu-utils"],
  options: ["--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*"],
};
const libraries = "usr/lib/x86_64-linux-gnu";

export async function ensureQemu(steps: Steps): Promise<Qemu> {
  const parts = [["tree", JSON.stringify(tree)] as const, ["qemu.ts", await readFile(import.meta.filename, "utf8")] as const];
  const folder = await cached("qemu", parts, (fresh) => layTree(tree, join(fresh, "root"), steps, "unpacking QEMU 10 (about a minute)"));
  const root = join(folder, "root");
  const loader = join(root, libraries, "ld-linux-x86-64.so.2");
  const shares = ["usr/share/qemu", "usr/share/seabios"].flatMap((path) => ["-L", join(root, path)]);
  return {
    folder,
    command: (program, argv) => [
      "setpriv",
      "--pdeathsig",
      "KILL",
      loader,
      "--library-path",
      join(root, libraries),
      join(root, "usr/bin", program),
      ...(program === "qemu-img" ? [] : shares),
      ...argv,
    ],
    environment: { ...process.env, QEMU_MODULE_DIR: join(root, libraries, "qemu") },
  };
}
