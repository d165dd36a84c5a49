// Options that several fault kinds share: what they accept and how an editor explains them.
import * as z from "zod";
import type { CompileContext, CompiledChange, CompiledWitness, ResolvedPlace } from "../model/fault-kind.ts";
import { suggestion } from "../model/nearest.ts";
import { Name, type Traffic } from "../model/op.ts";

/** "etcd" (all replicas), "etcd-1", "etcd@leader", "node1/kube-proxy". */
export const Selector = z.string().regex(/^[a-z][a-z0-9-]{0,39}([@/][a-z][a-z0-9-]{0,39})?$/u, {
  error: 'expected a component such as "etcd", "etcd-1", "etcd@leader" or "node1/kube-proxy"',
});

export const on = Selector.describe("What to break: a service (all its replicas), a replica, service@role or component/process");
export const flows = z
  .enum(["all", "new"])
  .default("all")
  .describe('"all" packets, or only those of connections that are "new" after the fault began');
export const network = Name.optional().describe("Only on this network; by default on every network that both sides share");

/** The process of each place, by default the first that its component declares; refuses where it declares none. */
export function processPlaces(context: CompileContext, selector: string, kind: string): readonly Required<ResolvedPlace>[] {
  return context.places(selector, "on").flatMap(({ component, process: named }) => {
    const process = named ?? context.stack.components.find(({ name }) => name === component)?.processes[0]?.name;
    if (process !== undefined) return [{ component, process }];
    context.refuse("on", "unknown-process", `${kind} needs a process of ${component}: the target declares none under x-processes`);
    return [];
  });
}

/** The same for faults that end the process: killing has no inverse, so somebody must be declared who brings it back. */
export function supervisedPlaces(context: CompileContext, selector: string, kind: string): readonly Required<ResolvedPlace>[] {
  return processPlaces(context, selector, kind).filter(({ component, process }) => {
    const declared = context.stack.components.find(({ name }) => name === component)?.processes.find(({ name }) => name === process);
    if (declared?.supervised === true) return true;
    context.refuse(
      "on",
      "not-supervised",
      `nobody would bring ${process} of ${component} back after ${kind}; where a supervisor such as runsv does, the target says so: x-supervised: [${process}]`,
    );
    return false;
  });
}

export interface Path {
  readonly at: ResolvedPlace;
  readonly from: ResolvedPlace;
  readonly network: string;
}

/** Every way from the peers to the places, one per network; refuses where there is none. `blame` is the option to mark then. */
export function paths(
  context: CompileContext,
  places: readonly ResolvedPlace[],
  peers: readonly ResolvedPlace[],
  only: string | undefined,
  blame: string,
): readonly Path[] {
  if (places.length === 0 || peers.length === 0) return [];
  const { networks } = context.stack;
  if (only !== undefined && !networks.includes(only)) {
    context.refuse("network", "unknown-network", `unknown network "${only}"${suggestion(only, networks)}`);
    return [];
  }
  const found = places.flatMap((at) =>
    peers
      .filter((peer) => peer.component !== at.component)
      .flatMap((from) =>
        context
          .sharedNetworks(at.component, from.component)
          .map((shared) => ({ at: { component: at.component }, from: { component: from.component }, network: shared })),
      ),
  );
  const wanted = found.filter((path) => only === undefined || path.network === only);
  if (wanted.length === 0)
    context.refuse(
      found.length === 0 ? blame : "network",
      "no-shared-network",
      `the two sides share no network${only === undefined ? "" : ` "${only}"`}`,
    );
  return wanted;
}

/** One change and one witness per path: packets are dropped where they arrive, since a sender would be told at once. */
export function blocks(
  paths: readonly Path[],
  traffic: Omit<Traffic, "from" | "network">,
): { readonly changes: readonly CompiledChange[]; readonly witnesses: readonly CompiledWitness[] } {
  const places = paths.map((path) => ({ at: path.at, traffic: { from: path.from, network: path.network, ...traffic } }));
  return {
    changes: places.map((place) => ({
      apply: { op: "packets.block", ...place },
      undo: { op: "packets.pass", ...place },
      holder: "kernel",
    })),
    witnesses: places.map((place, change) => ({ kind: "packets", change, ...place })),
  };
}

/** The interfaces that an option `network` names, one for each place; it may be left out where there is only one. */
export function interfaces(
  context: CompileContext,
  kind: string,
  spec: { readonly on: string; readonly network?: string | undefined },
): readonly { readonly at: ResolvedPlace; readonly network: string }[] {
  return context.places(spec.on, "on").flatMap(({ component }) => {
    const own = context.sharedNetworks(component, component);
    const network = spec.network ?? (own.length === 1 ? own[0] : undefined);
    if (network !== undefined && own.includes(network)) return [{ at: { component }, network }];
    if (network === undefined)
      context.refuse("on", "missing-option", `${kind} needs \`network\`, one of ${component}'s: ${own.join(", ")}`);
    else context.refuse("network", "unknown-network", `${component} is not on a network "${network}"${suggestion(network, own)}`);
    return [];
  });
}

/** Who looks at an interface from the other side: a vantage where there is one, since faults seldom hit these. */
export const neighbourOf = (context: CompileContext, component: string, network: string): ResolvedPlace | undefined => {
  const others = [...context.stack.vantages, ...context.stack.components].filter(
    (other) => other.name !== component && other.networks.includes(network),
  );
  return others[0] && { component: others[0].name };
};

export const nothing = { changes: [], witnesses: [], needs: [] } as const;
