// What this machine can do, as far as it was asked. A plan without facts assumes that everything is there: planning needs no engine.
import type { Need } from "../model/plan.ts";
import type { ProblemCode } from "../model/problem-code.ts";

export interface Facts {
  readonly nft?: boolean | undefined;
  /** undefined: not asked; "none": no controller for disks. */
  readonly cgroup?: 1 | 2 | "none" | undefined;
  readonly cpuQuota?: 1 | 2 | "none" | undefined;
  readonly memoryLimit?: 1 | 2 | "none" | undefined;
  readonly trace?: boolean | undefined;
  readonly signals?: boolean | undefined;
  readonly tbf?: boolean | undefined;
  readonly netem?: boolean | undefined;
}

/** Why this machine cannot do it, or undefined. */
export function lacks(need: Need, facts: Facts): { readonly code: ProblemCode; readonly message: string } | undefined {
  switch (need) {
    case "nft":
      return facts.nft === false
        ? { code: "missing-feature", message: "this kernel has no nf_tables, which drops the packets" }
        : undefined;
    case "cgroup-disk":
      if (facts.cgroup === "none") return { code: "missing-feature", message: "this kernel has no cgroup controller that limits disks" };
      return facts.cgroup === 2
        ? {
            code: "not-proved-here",
            message: "disk limits through cgroup v2 are written but not proved here: no run has shown yet that they act",
          }
        : undefined;
    case "cgroup-cpu":
      if (facts.cpuQuota === "none")
        return { code: "missing-feature", message: "this kernel has no cgroup controller with processor quotas" };
      return facts.cpuQuota === 2
        ? {
            code: "not-proved-here",
            message: "processor quotas through cgroup v2 are written but not proved here: no run has shown yet that they act",
          }
        : undefined;
    case "cgroup-memory":
      if (facts.memoryLimit === "none")
        return { code: "missing-feature", message: "this kernel has no cgroup controller that limits memory without killing" };
      return facts.memoryLimit === 2
        ? {
            code: "not-proved-here",
            message: "memory limits through cgroup v2 are written but not proved here: no run has shown yet that they act",
          }
        : undefined;
    case "trace":
      return facts.trace === false
        ? { code: "missing-feature", message: "a helper may not trace the component's processes here, which holds up their fsyncs" }
        : undefined;
    case "signals":
      return facts.signals === false
        ? { code: "missing-feature", message: "the engine does not let a helper see the component's processes" }
        : undefined;
    case "tbf":
      return facts.tbf === false ? { code: "missing-feature", message: "this kernel has no queue tbf, which limits the rate" } : undefined;
    case "netem":
      return facts.netem === false
        ? {
            code: "missing-feature",
            message:
              "this kernel has no queue netem behind a prio with filters, which is the only way here to delay, double or reorder packets for chosen peers alone; `planefault doctor` shows what the kernel answered. net.rate and net.loss need none",
          }
        : undefined;
  }
}
