// The made-up machine as the agent, the keeper and the engine meet it: what they read is on its disk, and what they do to it is noted.
import { Readable } from "node:stream";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bindPlaces } from "../../src/agent/bind.ts";
import type { Host } from "../../src/agent/host.ts";
import { bindPlan } from "../../src/drivers/docker/bind-plan.ts";
import { cgroupOf } from "../../src/drivers/docker/cgroup.ts";
import type { Engine } from "../../src/drivers/docker/engine.ts";
import { lookFromHost } from "../../src/drivers/docker/place-check.ts";
import type { SessionContext } from "../../src/drivers/docker/session-context.ts";
import type { RunningStack } from "../../src/drivers/docker/start-stack.ts";
import type { Host as KeeperHost } from "../../src/keeper/restore.ts";
import type { Bound, Command } from "../../src/model/agent-protocol.ts";
import type { ArmedChange } from "../../src/model/identity.ts";
import type { Change } from "../../src/model/op.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { Container, Machine, Process } from "./machine.ts";
import { moveTo, type Scene } from "./scene.ts";

export const declared = [
  { name: "store", exe: "/usr/bin/store" },
  { name: "clerk", exe: "/usr/bin/clerk" },
];

function deliver(machine: Machine, by: "agent" | "keeper", pid: number, found: Process | undefined, signal: string): void {
  const hit = pid < 1 ? "many" : found;
  if (hit === undefined) throw Object.assign(new Error("kill ESRCH"), { code: "ESRCH" });
  machine.shots.push({ by, kind: "signal", signal, hit });
  if (hit === "many") return;
  if (signal === "SIGSTOP" || signal === "SIGCONT") {
    hit.state = signal === "SIGSTOP" ? "T" : "S";
    return machine.write(hit);
  }
  machine.end(hit);
  if (!machine.supervised.has(hit)) return;
  const back = machine.start(hit.container, freePid(machine, hit.container), "store");
  machine.supervised.add(back);
  moveTo(machine, back, "");
}

export const freePid = (machine: Machine, container: Container): number =>
  1 + Math.max(0, ...machine.processes.filter((one) => one.container === container).map(({ pid }) => pid));

/** Of the agent beside a container. No process leaves its own network namespace, and one that has ended shoots no more. */
export function agentHost({ machine, agents, agentNetns }: Scene, container: Container): Host {
  const self = agents.find((agent) => agent.container === container);
  const netns = agentNetns.get(container) ?? container.netns;
  return {
    proc: machine.inside(container.name),
    cgroups: {
      disk: machine.group("blkio", container),
      cpu: machine.group("cpu", container),
      memory: machine.group("memory", container),
    },
    netns: () => netns,
    addresses: () => [...container.addresses.values()],
    diskOf: () => "8:0",
    kill: (pid, signal) => {
      if (self === undefined || !self.ended) deliver(machine, "agent", pid, machine.within(container, pid), signal);
    },
  };
}

export const keeperHost = (machine: Machine): KeeperHost => ({
  cgroups: machine.cgroups(),
  proc: machine.outside,
  kill: (pid, signal) => deliver(machine, "keeper", pid, machine.onHost(pid), signal),
});

/** What arming asks of the engine and of the keeper's `cat`, and nothing else. */
function engineOf({ machine, agents }: Scene): Engine {
  const processesOf = (id: string): readonly Process[] => {
    const own = agents.find((agent) => `agent-${agent.container.id}` === id);
    return own ? [own] : machine.processes.filter((one) => one.container.id === id && !agents.includes(one));
  };
  const inspect = (id: string) => async () => {
    const container = machine.containers.find((one) => one.id === id);
    const first = container && machine.within(container, 1);
    return { State: { Running: container?.running === true, Pid: first?.hostPid ?? 0 }, HostConfig: { NetworkMode: "pf-data" } };
  };
  const top = (id: string) => async () => ({
    Titles: ["PID", "CMD"],
    Processes: processesOf(id)
      .toSorted((one, other) => one.hostPid - other.hostPid)
      .map(({ hostPid, words }) => [String(hostPid), words.join(" ")]),
  });
  const exec = async ({ Cmd: [, ...paths] }: { readonly Cmd: readonly string[] }) => ({
    start: async () =>
      Readable.from([paths.map((path) => readFileSync(join(machine.outside, path.replace("/proc/", "")), "utf8")).join("")]),
    inspect: async () => ({ ExitCode: 0 }),
  });
  const demuxStream = (from: Readable, to: NodeJS.WritableStream): void => void from.on("data", (text: string) => to.write(text));
  const docker = { getContainer: (id: string) => ({ inspect: inspect(id), top: top(id), exec }), modem: { demuxStream } };
  return { docker, cgroupVersion: 1, cgroupDriver: "cgroupfs" } as unknown as Engine;
}

function agentOf(scene: Scene, container: Container) {
  const { machine } = scene;
  const process = scene.agents.find((agent) => agent.container === container);
  const host = agentHost(scene, container);
  const demand = async (command: Command): Promise<Bound | undefined> => {
    if (command.do !== "bind") return undefined;
    // The interface is asked of iproute2, which knows no machine but the real one.
    const bound = await bindPlaces({ ...command, address: undefined }, host);
    if (command.address === undefined || !process) return bound;
    const link = { interface: "eth0", index: machine.linkOf(container), mac: "02:00:00:00:00:01", qdisc: "noqueue 0:" };
    return { ...bound, link: { ...link, queueLength: 0, addresses: [], routes: [], neighbours: [] } };
  };
  return { name: container.name, containerId: process ? `agent-${container.id}` : container.id, channel: { demand } };
}

/** The real arming, from the plan's place to an identity. Rejects where it is refused. */
export async function bound(scene: Scene, change: Change): Promise<ArmedChange> {
  const engine = engineOf(scene);
  const { machine, components, user, allow } = scene;
  const running = {
    stack: { allow, components: components.map(({ name }) => ({ name })) },
    agents: new Map([...components, user].map((container) => [container.name, agentOf(scene, container)])),
    components: new Map(
      components.map((container) => [
        container.name,
        { component: { processes: declared }, container: { id: container.id }, cgroup: cgroupOf(engine, container.id, "") },
      ]),
    ),
    addresses: Object.fromEntries([...components, user].map(({ name, addresses }) => [name, Object.fromEntries(addresses)])),
    keeper: { containerId: "keeper" },
  } as unknown as RunningStack;
  const [armed] = await bindPlan({ engine } as unknown as SessionContext, running, { changes: [change] } as unknown as Plan, (id) =>
    lookFromHost(engine, id, machine.outside),
  );
  if (!armed) throw new Error("nothing was armed");
  return armed;
}
