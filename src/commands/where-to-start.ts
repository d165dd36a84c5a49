// The first command that help names: an experiment that is there, be it only the one that came along with planefault.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { program, root } from "../setup/places.ts";

const first = join("experiments", "etcd-app", "disk-pressure.yaml");

export function whereToStart(folder: string): string {
  const shipped = join(root, first);
  const short = relative(folder, shipped);
  return `Start with: ${program} run ${existsSync(join(folder, first)) ? first : short.startsWith("..") ? shipped : short}`;
}
