// What the places of the model stand for: a container of a component's name, another one after each restart, and what its limits were before us.
import { PlanefaultError } from "../../model/error.ts";
import type { ArmedChange, Identity } from "../../model/identity.ts";
import type { Change, Op } from "../../model/op.ts";
import type { Stack } from "../../model/stack.ts";

/** `life` counts the restarts. */
export function identityOf({ components, vantages }: Stack, component: string, life: number): Identity {
  const member = [...components, ...vantages].find(({ name }) => name === component);
  if (!member) throw new PlanefaultError("wrong-shot", `there is no component ${component}`);
  return {
    component,
    containerId: `sim-${component}-${life}`,
    netns: `sim:${component}:${life}`,
    addresses: Object.fromEntries(member.networks.map((network, index) => [network, `10.0.${index}.1`])),
  };
}

export function armedChange(change: Change, identity: (component: string) => Identity): ArmedChange {
  const { apply } = change;
  const peer = "traffic" in apply ? identity(apply.traffic.from.component) : undefined;
  const peers = apply.op === "packets.disturb" ? apply.to.map(({ component }) => identity(component)) : undefined;
  return { change, at: { ...identity(apply.at.component), ...limitsOf(apply) }, ...(peer && { peer }), ...(peers && { peers }) };
}

function limitsOf({ op, at: { component } }: Op): Partial<Identity> {
  if (op === "disk.limit") return { limit: { version: 1, cgroup: `blkio/sim/${component}`, device: "8:0", before: "" } };
  if (op === "cpu.limit") return { quota: { version: 1, cgroup: `cpu/sim/${component}`, before: "-1" } };
  if (op === "memory.limit")
    return { memory: { version: 1, cgroup: `memory/sim/${component}`, before: "9223372036854771712", killDisable: "0" } };
  return {};
}
