// What net.delay, net.jitter, net.duplicate and net.reorder have in common: packets from one component to chosen peers suffer on their way out, and nobody else's do.
import type { Compiled, CompileContext } from "../model/fault-kind.ts";
import type { Disturbance } from "../model/op.ts";
import { on, type Path, paths, network, nothing, Selector } from "./options.ts";

export const oneWay = {
  on: on.describe("Whose packets suffer, as they leave: a service (all its replicas), a replica, service@role, or a vantage"),
  to: Selector.describe("For whom these packets are; what goes to anybody else, and what comes back, does not suffer"),
  network,
};

interface Ends {
  readonly on: string;
  readonly to: string;
  readonly network?: string | undefined;
}

/** One change for each interface, since a queue has one owner; one witness for each peer behind it. */
export function disturb(context: CompileContext, spec: Ends, disturbance: Disturbance): Compiled {
  const found = paths(context, context.places(spec.on, "on"), context.places(spec.to, "to"), spec.network, "to");
  if (found.length === 0) return nothing;
  const interfaces = [...Map.groupBy(found, ({ at, network: over }) => `${at.component} ${over}`).values()].flatMap(interfaceOf);
  return {
    changes: interfaces.map(({ peers, ...place }) => ({
      apply: { op: "packets.disturb", ...place, to: [...peers], disturbance },
      undo: { op: "packets.settle", ...place },
      holder: "agent",
    })),
    witnesses: interfaces.flatMap(({ peers, ...place }, change) =>
      peers.map((peer, index) => ({
        kind: "disturbance",
        change,
        ...place,
        peer,
        bystander: index === 0 ? bystander(context, [place.at, ...peers], place.network) : undefined,
        disturbance,
      })),
    ),
    needs: ["netem"],
  };
}

function interfaceOf(same: readonly Path[]) {
  const [first] = same;
  return first ? [{ at: first.at, network: first.network, peers: same.map(({ from }) => from) }] : [];
}

/** Who shares the network and is not meant: a vantage where there is one, since faults seldom hit these. */
function bystander({ stack }: CompileContext, meant: readonly Path["at"][], over: string): Path["at"] | undefined {
  const others = [...stack.vantages, ...stack.components].filter(
    ({ name, networks }) => networks.includes(over) && meant.every(({ component }) => component !== name),
  );
  return others[0] && { component: others[0].name };
}
