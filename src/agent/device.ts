// Which disk a mounted folder lives on. A limit needs the whole disk: a partition's own number is refused by the kernel.
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** MAJ:MIN of the mount that holds `path`: the longest mount point above it, and of equal ones the last. */
export function deviceIn(mountinfo: string, path: string): string | undefined {
  let best: { readonly point: string; readonly device: string } | undefined;
  for (const line of mountinfo.split("\n")) {
    const [, , device, , escaped] = line.split(" ");
    if (device === undefined || escaped === undefined) continue;
    const point = escaped.replaceAll(/\\(\d{3})/gu, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
    const holds = point === "/" || path === point || path.startsWith(`${point}/`);
    if (holds && (!best || point.length >= best.point.length)) best = { point, device };
  }
  return best?.device;
}

/** /sys/dev/block/254:1 -> ../../devices/.../vda/vda1: a partition's parent folder is its disk. */
export function wholeDisk(device: string, sys = "/sys"): string {
  const link = join(sys, "dev/block", device);
  if (!existsSync(join(link, "partition"))) return device;
  const parent = join(sys, "dev/block", readlinkSync(link), "..", "dev");
  return readFileSync(parent, "utf8").trim();
}

export function diskOf(path: string): string {
  const device = deviceIn(readFileSync("/proc/self/mountinfo", "utf8"), path);
  if (device === undefined || device.startsWith("0:"))
    throw new Error(`${path} is on no disk of its own (device ${device ?? "unknown"}): its writes cannot be limited`);
  return wholeDisk(device);
}
