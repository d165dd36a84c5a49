// What a kernel says of itself that can do everything.
import type { KernelFacts } from "../../src/setup/capabilities.ts";

export const goodKernel: KernelFacts = {
  nft: "",
  netem: "",
  tbf: "",
  cgroup: 1,
  diskLimit: true,
  cpuQuota: true,
  memoryLimit: true,
  trace: "",
  pressure: true,
  signals: true,
};
