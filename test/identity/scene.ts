// What stands on the made-up machine when a case begins: a component and its replica, which look alike from inside, a vantage, and an agent beside each component.
import { join } from "node:path";
import { type Container, Machine, type Process } from "./machine.ts";
import { hierarchiesOf, type Kind } from "./ops.ts";

export interface Scene {
  readonly machine: Machine;
  /** The component that the change names, its replica, and nobody else's. */
  readonly store: Container;
  readonly twin: Container;
  readonly components: readonly Container[];
  readonly user: Container;
  /** The process that the change names: what a person would point at. */
  readonly process: Process;
  readonly agents: Process[];
  /** Where an agent stands, if not in its container's namespace. */
  readonly agentNetns: Map<Container, string>;
  allow: readonly string[] | undefined;
}

export const leaf = "planefault-store";

/** As the kernel does: out of every other group of its container. "": the container's own. */
export function moveTo(machine: Machine, process: Process, to: string): void {
  for (const hierarchy of machine.hierarchies)
    for (const group of ["", leaf]) {
      const folder = machine.group(hierarchy, process.container, group);
      if (!machine.has(folder)) continue;
      const target = machine.has(machine.group(hierarchy, process.container, to)) ? to : "";
      const others = machine.members(folder).filter((pid) => pid !== String(process.pid));
      const all = group === target ? [...others, String(process.pid)] : others;
      machine.put(join(folder, "cgroup.procs"), all.map((pid) => `${pid}\n`).join(""));
    }
}

function fill(machine: Machine, container: Container, startTicks: number): readonly [Process, Process] {
  const first = machine.start(container, 1, "runsvdir", { parent: 0 });
  const store = machine.start(container, 7, "store", { startTicks });
  const clerk = machine.start(container, 9, "clerk");
  // Limits of memory are the component's own, so that hierarchy has no leaves.
  for (const hierarchy of machine.hierarchies) if (hierarchy !== "memory") machine.makeGroup(hierarchy, container, leaf);
  for (const process of [first, clerk]) moveTo(machine, process, "");
  moveTo(machine, store, leaf);
  const agent = machine.start(container, 40, "node", { parent: 0 });
  agent.words = ["node", "/planefault/agent/main.js"];
  machine.write(agent);
  return [store, agent];
}

export function scene(root: string, { op, sameTicks }: { readonly op: Kind; readonly sameTicks: boolean }): Scene {
  const machine = new Machine(root, hierarchiesOf(op), op === "sync.delay" || op === "sync.fail");
  const store = machine.container("store", "a1".repeat(32), "10.64.0.11");
  const twin = machine.container("twin", "b2".repeat(32), "10.64.0.12");
  const user = machine.container("user", "c3".repeat(32), "10.64.0.13");
  machine.start(user, 1, "node", { parent: 0 });
  // Replicas that were started together have the same pids inside, and sometimes the same start time.
  const [, twinAgent] = fill(machine, twin, 90_000);
  const [process, agent] = fill(machine, store, sameTicks ? 90_000 : 90_001);
  machine.supervised.add(process);
  return {
    machine,
    store,
    twin,
    components: [store, twin],
    user,
    process,
    agents: [agent, twinAgent],
    agentNetns: new Map([store, twin, user].map((container) => [container, container.netns])),
    allow: undefined,
  };
}
