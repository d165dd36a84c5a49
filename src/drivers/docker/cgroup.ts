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

/** `parent` is HostConfig.CgroupParent: empty unless the daemon or the container sets one. */
export function cgroupOf(facts: Pick<Engine, "cgroupVersion" | "cgroupDriver">, containerId: string, parent: string): CgroupPlaces {
  const below =
    facts.cgroupDriver === "systemd"
      ? `${parent || "system.slice"}/docker-${containerId}.scope`
      : `${(parent || "docker").replace(/^\//u, "")}/${containerId}`;
  const place = (hierarchy: "blkio" | "cpu" | "memory"): CgroupPlace => {
    const path = facts.cgroupVersion === 1 ? `${hierarchy}/${below}` : below;
    return { folder: `${cgroupMount}/${path}`, path };
  };
  return { disk: place("blkio"), cpu: place("cpu"), memory: place("memory") };
}
