// What is known about a machine, in the words of a plan. `plan` asks no engine: the last answer of a kernel, or how this machine mounts its cgroups, must do.
import { existsSync } from "node:fs";
import type { Facts } from "../plan/facts.ts";
import type { KernelFacts } from "../setup/capabilities.ts";
import { lastKernelFacts } from "../setup/kernel-facts.ts";

export function factsOf(kernel: KernelFacts | undefined): Facts {
  if (!kernel) return {};
  return {
    nft: kernel.nft === "",
    cgroup: kernel.diskLimit ? kernel.cgroup : "none",
    cpuQuota: kernel.cpuQuota ? kernel.cgroup : "none",
    memoryLimit: kernel.memoryLimit ? kernel.cgroup : "none",
    trace: kernel.trace === "",
    signals: kernel.signals,
    tbf: kernel.tbf === "",
    netem: kernel.netem === "",
  };
}

export async function factsHere(environment: NodeJS.ProcessEnv = process.env): Promise<Facts> {
  // The engine's kernel is the one that counts, and an engine elsewhere has another.
  if (environment["DOCKER_HOST"] !== undefined) return {};
  const kernel = await lastKernelFacts();
  if (kernel) return factsOf(kernel);
  return existsSync("/sys/fs/cgroup/cgroup.controllers") ? { cgroup: 2, cpuQuota: 2, memoryLimit: 2 } : {};
}
