// Where the engine keeps a container's cgroup on its host. Derived from what the engine says of itself: its host may be another machine, whose /proc we cannot read.
import type { Engine } from "./engine.ts";

/** Of one container: for its disks, its processors and its memory, which version 1 keeps apart. */
export interface CgroupPlaces {
  readonly disk: CgroupPlace;
  readonly cpu: CgroupPlace;
  readonly memory: CgroupPlace;
}

interface CgroupPlace {
  /** On the engine's host. */
  readonly folder: string;
  /** Below the cgroup mount: "blkio/docker/<id>" on v1, "docker/<id>" on v2. */
  readonly path: string;
}

export const cgroupMount = "/sys/fs/cgroup";

/** `parent` is HostConfig.CgroupParent: empty unless the daemon or the container sets one. `seen` is /proc/PID/cgroup of the container's first process, where we can read it: then it is what counts. */
export function cgroupOf(
  facts: Pick<Engine, "cgroupVersion" | "cgroupDriver">,
  containerId: string,
  parent: string,
  seen = "",
): CgroupPlaces {
  const place = (hierarchy: Hierarchy): CgroupPlace => {
    const below =
      groupIn(seen, facts.cgroupVersion === 1 ? hierarchy : "", containerId) ?? derived(facts.cgroupDriver, containerId, parent);
    const path = facts.cgroupVersion === 1 ? `${hierarchy}/${below}` : below;
    return { folder: `${cgroupMount}/${path}`, path };
  };
  return { disk: place("blkio"), cpu: place("cpu"), memory: place("memory") };
}

type Hierarchy = "blkio" | "cpu" | "memory";

function derived(driver: string, containerId: string, parent: string): string {
  return driver === "systemd"
    ? `${sliceFolder(parent || "system.slice")}/docker-${containerId}.scope`
    : `${(parent || "docker").replace(/^\//u, "")}/${containerId}`;
}

/** A slice lies in those that its name begins with: a-b.slice in a.slice. */
function sliceFolder(slice: string): string {
  const names = slice.replace(/\.slice$/u, "").split("-");
  return names.map((_, index) => `${names.slice(0, index + 1).join("-")}.slice`).join("/");
}

/**
 * The container's group in lines such as "4:cpu,cpuacct:/docker/<id>" (version 1) or "0::/system.slice/docker-<id>.scope" (version 2, where the hierarchy has no name), without the slash in front.
 * The process may live in a group further below. A path that leads out of our own cgroup namespace ("/../x") is of no use, nor is one without the container's id.
 */
function groupIn(text: string, hierarchy: Hierarchy | "", containerId: string): string | undefined {
  const paths = text.split("\n").flatMap((line) => {
    const [, names = "", path = ""] = /^\d+:([^:]*):\/(.*)$/u.exec(line) ?? [];
    return names.split(",").includes(hierarchy) ? [path.split("/")] : [];
  });
  const found = paths.find((parts) => parts.some((part) => part.includes(containerId)));
  if (found === undefined || found.includes("..")) return undefined;
  return found.slice(0, found.findIndex((part) => part.includes(containerId)) + 1).join("/");
}
