// What an agent may do beyond the usual because a planned change at its component needs it. Agents start with the target, so this is known from the plan alone.
import type { Op } from "../../model/op.ts";

/** "trace": CAP_SYS_PTRACE, for strace. "cpu", "memory": the component's cgroup for processors, for memory. "standby": a second agent, which takes changes of links back where the first one cannot. */
export type Power = "trace" | "cpu" | "memory" | "standby";

/** Component -> what its agent gets more. */
export type Powers = Readonly<Record<string, readonly Power[]>>;

export function powersOf(ops: readonly Op[]): Powers {
  const powers: Record<string, readonly Power[]> = {};
  for (const op of ops) {
    const power = powerOf(op);
    const known = powers[op.at.component] ?? [];
    if (power !== undefined && !known.includes(power)) powers[op.at.component] = [...known, power].toSorted();
  }
  return powers;
}

function powerOf({ op }: Op): Power | undefined {
  if (op === "sync.delay" || op === "sync.fail") return "trace";
  if (op === "memory.limit") return "memory";
  if (op === "link.down" || op === "rate.limit" || op === "packets.disturb") return "standby";
  return op === "cpu.limit" ? "cpu" : undefined;
}
