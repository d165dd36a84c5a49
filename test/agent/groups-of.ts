// Where this machine's engine keeps a container's groups.
import { readFileSync } from "node:fs";
import { type CgroupPlaces, cgroupOf } from "../../src/drivers/docker/cgroup.ts";
import { connectEngine } from "../../src/drivers/docker/engine.ts";
import type { Bench } from "./agent-container.ts";

type Container = Awaited<ReturnType<Bench["component"]>>;

export async function groupsOf(container: Container): Promise<CgroupPlaces & { readonly version: 1 | 2 }> {
  const { docker: _, ...facts } = await connectEngine();
  const seen = readFileSync(`/proc/${(await container.inspect()).State.Pid}/cgroup`, "utf8");
  return { ...cgroupOf(facts, container.id, "", seen), version: facts.cgroupVersion };
}
