// Where the engine keeps a container's cgroup on its host. Derived from what the engine says of itself: its host may be another machine, whose /proc we cannot read.
import type { Engine } from "./engine.ts";

export interface CgroupPlace {
  /** On the engine's host. */
  readonly folder: string;
  /** Below the cgroup mount: "blkio/docker/<id>" on v1, "docker/<id>" on v2. */
  readonly path: string;
}

export const cgroupMount = "/sys/fs/cgroup";

/** `parent` is HostConfig.CgroupParent: empty unless the daemon or the container sets one. */
export function cgroupOf(facts: Pick<Engine, "cgroupVersion" | "cgroupDriver">, containerId: string, parent: string): CgroupPlace {
  const below =
    facts.cgroupDriver === "systemd"
      ? `${parent || "system.slice"}/docker-${containerId}.scope`
      : `${(parent || "docker").replace(/^\//u, "")}/${containerId}`;
  const path = facts.cgroupVersion === 1 ? `blkio/${below}` : below;
  return { folder: `${cgroupMount}/${path}`, path };
}
