// What may happen on a machine between arming and a shot, or a shot and its undo: each makes a place mean something else, or looks as if it did.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { limitFiles, limitsBefore, type Container, type Machine, type Process } from "./machine.ts";
import { leaf, moveTo, type Scene } from "./scene.ts";
import { freePid } from "./views.ts";

type Upheaval = (scene: Scene) => void;

/** Ends it without its supervisor, so that its pids are free. */
function endOf({ machine, process }: Scene): boolean {
  if (process.ended) return false;
  machine.end(process);
  return true;
}

function removeLeaf(machine: Machine, container: Container): void {
  for (const hierarchy of machine.hierarchies) rmSync(machine.group(hierarchy, container, leaf), { recursive: true, force: true });
}

function remakeLeaf({ machine, store, process }: Scene, withProcess: boolean, limit: (hierarchy: "blkio" | "cpu") => string): void {
  removeLeaf(machine, store);
  for (const hierarchy of machine.hierarchies) {
    if (hierarchy === "memory") continue;
    machine.makeGroup(hierarchy, store, leaf);
    writeFileSync(join(machine.group(hierarchy, store, leaf), limitFiles[hierarchy]), `${limit(hierarchy)}\n`);
  }
  if (!process.ended) moveTo(machine, process, withProcess ? leaf : "");
}

/** All its processes end, the agent's among them, and others come. */
function startAnew(scene: Scene, container: Container, as: Container): void {
  const { machine, agents } = scene;
  for (const process of machine.processes.filter((one) => one.container === container)) machine.end(process);
  for (const agent of agents.filter((one) => one.container === container)) agents.splice(agents.indexOf(agent), 1);
  for (const hierarchy of machine.hierarchies) rmSync(machine.group(hierarchy, container), { recursive: true, force: true });
  container.life += 1;
  machine.boot(as);
  for (const [pid, command] of [
    [1, "runsvdir"],
    [7, "store"],
    [9, "clerk"],
  ] as const)
    moveTo(machine, machine.start(as, pid, command, { parent: pid === 1 ? 0 : 1 }), "");
}

function attach({ machine, process, store }: Scene, words: readonly string[]): Process | undefined {
  if (process.ended || process.tracer) return undefined;
  const tracer = machine.start(store, freePid(machine, store), "strace", { parent: 0 });
  tracer.words = words;
  machine.write(tracer);
  machine.trace(process, tracer);
  return tracer;
}

const operatorsStrace = ["strace", "-f", "-e", "trace=fsync,fdatasync", "-p", "7"];

/** While the target runs. */
export const upheavals = {
  "pid reused": (scene) => {
    const { pid, hostPid } = scene.process;
    if (endOf(scene)) moveTo(scene.machine, scene.machine.start(scene.store, pid, "intruder", { hostPid }), leaf);
  },
  "pid reused by its namesake": (scene) => {
    const { pid, hostPid } = scene.process;
    if (endOf(scene)) moveTo(scene.machine, scene.machine.start(scene.store, pid, "store", { hostPid }), leaf);
  },
  "host pid reused in another container": (scene) => {
    const { hostPid } = scene.process;
    if (endOf(scene)) scene.machine.start(scene.twin, freePid(scene.machine, scene.twin), "store", { hostPid });
  },
  "process renamed": ({ machine, process }) => {
    if (process.ended) return;
    process.command = "etcd";
    process.words = ["etcd"];
    machine.write(process);
  },
  "namesake started": ({ machine, store }) => moveTo(machine, machine.start(store, freePid(machine, store), "store", { parent: 0 }), ""),
  "moved out of its cgroup": ({ machine, process }) => {
    if (!process.ended) moveTo(machine, process, "");
  },
  "leaf removed": ({ machine, store }) => removeLeaf(machine, store),
  "leaf made again around it": (scene) => remakeLeaf(scene, true, (hierarchy) => limitsBefore[hierarchy]),
  "leaf made again without it": (scene) => remakeLeaf(scene, false, (hierarchy) => limitsBefore[hierarchy]),
  "leaf made again with another limit": (scene) => remakeLeaf(scene, true, (hierarchy) => (hierarchy === "blkio" ? "8:0 300" : "20000")),
  "container restarted": (scene) => startAnew(scene, scene.store, scene.store),
  "container replaced under its name": (scene) => {
    const { machine, store } = scene;
    const other = { ...store, id: "d4".repeat(32), addresses: new Map(store.addresses), life: 0 };
    if (machine.containers.some(({ id }) => id === other.id)) return;
    machine.containers.splice(machine.containers.indexOf(store), 1, other);
    startAnew(scene, store, other);
  },
  "address moved to the replica": ({ store, twin }) => {
    const address = store.addresses.get("data");
    if (address === undefined) return;
    store.addresses.delete("data");
    twin.addresses.set("data", address);
  },
  "peer's address moved to the replica": ({ user, twin }) => {
    const address = user.addresses.get("data");
    if (address === undefined) return;
    user.addresses.delete("data");
    twin.addresses.set("data", address);
  },
  "traced by an operator": (scene) => void attach(scene, operatorsStrace),
  "our tracer ended, and an operator's came": (scene) => {
    if (!scene.process.tracer) return;
    scene.machine.end(scene.process.tracer);
    attach(scene, operatorsStrace);
  },
  "limits changed by an operator": ({ machine, store }) => {
    for (const [hierarchy, text] of [
      ["blkio", "8:0 55"],
      ["cpu", "33000"],
    ] as const)
      if (machine.has(machine.group(hierarchy, store, leaf)))
        writeFileSync(join(machine.group(hierarchy, store, leaf), limitFiles[hierarchy]), `${text}\n`);
    if (machine.has(machine.group("memory", store))) writeFileSync(join(machine.group("memory", store), limitFiles.memory), "99000000\n");
  },
  "interface made again": ({ machine, store }) => machine.setLink(store, 7_777),
  "agent killed, its host pid reused": ({ machine, agents, store, twin }) => {
    const agent = agents.find((one) => one.container === store);
    if (!agent) return;
    agents.splice(agents.indexOf(agent), 1);
    machine.end(agent);
    machine.start(twin, freePid(machine, twin), "node", { hostPid: agent.hostPid });
  },
  "replica restarted": (scene) => startAnew(scene, scene.twin, scene.twin),
  "replica's limits changed": ({ machine, twin }) => {
    if (machine.has(machine.group("blkio", twin, leaf)))
      writeFileSync(join(machine.group("blkio", twin, leaf), limitFiles.blkio), "8:0 1\n");
  },
} as const satisfies Readonly<Record<string, Upheaval>>;
export type UpheavalName = keyof typeof upheavals;

/** These touch nothing that the change names, so they excuse no refusal. */
export const harmless: readonly UpheavalName[] = ["replica restarted", "replica's limits changed", "process renamed", "namesake started"];

/** Before arming: whom the place means may be hard to tell, or nobody who may be hit. */
export const beginnings = {
  "an elder namesake, started by exec": ({ machine, store }) =>
    moveTo(machine, machine.start(store, 30, "store", { parent: 0, startTicks: 80_000 }), ""),
  "a worker of the same name": ({ machine, store }) => moveTo(machine, machine.start(store, 31, "store", { parent: 7 }), leaf),
  // Listed before it, since its host pid is lower.
  "a container inside, with the same pid and start time": ({ machine, store, process }) =>
    void machine.start(store, 32, "store", { parent: 0, hostPid: process.hostPid - 500_000, startTicks: process.startTicks, innermost: 7 }),
  "agent beside the replica": ({ store, twin, agentNetns }) => void agentNetns.set(store, twin.netns),
  "namespaces swapped": ({ machine, store, twin }) => {
    const [one, other] = [store.netns, twin.netns];
    machine.moveNamespace(store, other);
    machine.moveNamespace(twin, one);
  },
  "in the host's namespace": ({ machine, store, agentNetns }) => {
    machine.moveNamespace(store, machine.hostNetns);
    agentNetns.set(store, machine.hostNetns);
  },
  "in one namespace with its peer": ({ machine, store, user, agentNetns }) => {
    machine.moveNamespace(user, store.netns);
    agentNetns.set(user, store.netns);
  },
  ended: ({ store }) => void (store.running = false),
  "not allowed": (scene) => void (scene.allow = ["twin"]),
} as const satisfies Readonly<Record<string, Upheaval>>;
export type BeginningName = keyof typeof beginnings;

export const harmlessBeginnings: readonly BeginningName[] = [
  "an elder namesake, started by exec",
  "a worker of the same name",
  "a container inside, with the same pid and start time",
];
