// Which probes and signals meet a fault, by the edges that the target declares: what does not meet it is predicted to stay as it is, and the rest is left open.
import { endpoints, type Path, pathOf } from "../judge/paths.ts";
import type { Change, Op, Traffic } from "../model/op.ts";
import type { Plan } from "../model/plan.ts";
import type { ProbeInstance, SignalInstance } from "../model/probe.ts";
import type { Stack } from "../model/stack.ts";

export function meets(changes: readonly Change[], stack: Stack, probe: ProbeInstance): boolean {
  const path = pathOf(stack, probe);
  return changes.some(({ apply }) => {
    if ("traffic" in apply) return travels(apply, path);
    if (apply.op === "packets.disturb") return passes(apply, path);
    return "network" in apply ? crosses(apply, path) : stands(apply, path);
  });
}

export const signalMeets = (changes: readonly Change[], stack: Stack, signal: SignalInstance): boolean =>
  meets(changes, stack, asProbe(signal));

const asProbe = (signal: SignalInstance): ProbeInstance => ({
  ...signal,
  plane: "management",
  tolerance: 0,
  slowFloorMs: 0,
  measurement: { kind: "http", request: signal.request, connection: "new" },
});

type Watched = Pick<Plan, "stack" | "probes" | "signals" | "changes">;

/** "port 53 of etcd" where only ports are blocked of which none is known to be served: nothing could change. What a program of a vantage asks nobody knows, so it does not count. */
export function blockedInVain({ stack, probes, signals, changes }: Watched): string | undefined {
  const ways = [...[...probes, ...signals.map(asProbe)].flatMap((probe) => waysOf(pathOf(stack, probe))), ...stack.edges];
  const known = ways.filter(({ port }) => port !== undefined);
  const shut = changes.flatMap(({ apply }) => ("traffic" in apply && apply.traffic.port !== undefined ? [apply] : []));
  const [first] = shut;
  if (first === undefined || shut.length < changes.length || shut.some((op) => known.some((way) => goes(op, way)))) return undefined;
  return `port ${first.traffic.port} of ${first.at.component}`;
}

const stands = ({ at }: Op, { probe, reach }: Path): boolean => reach.has(at.component) || probe.vantage === at.component;

/** What is undefined may be any, as far as is known. */
interface Way {
  readonly from: string;
  readonly to: string;
  readonly network: string;
  readonly protocol?: "tcp" | "udp" | "icmp" | undefined;
  readonly port?: number | undefined;
}

function waysOf({ probe, edges }: Path): readonly Way[] {
  const protocol = protocolOf(probe);
  return [...endpoints(probe).map(({ component, ...way }): Way => ({ from: probe.vantage, to: component, protocol, ...way })), ...edges];
}

/** Whatever leaves or reaches the component by its interface on the network. */
const crosses = ({ at, network }: Extract<Op, { readonly network: string }>, path: Path): boolean =>
  waysOf(path).some((way) => way.network === network && [way.from, way.to].includes(at.component));

/** Packets from the component to one of the peers, on the way there or back. */
const passes = ({ at, network, to }: Extract<Op, { readonly op: "packets.disturb" }>, path: Path): boolean =>
  waysOf(path).some((way) => {
    const other = way.from === at.component ? way.to : way.to === at.component ? way.from : undefined;
    return way.network === network && to.some(({ component }) => component === other);
  });

type PacketOp = Extract<Op, { readonly traffic: unknown }>;

const travels = (op: PacketOp, path: Path): boolean => waysOf(path).some((way) => goes(op, way));

/** Packets of the same two ends over the same network; where the fault names a protocol or a port, only those. */
function goes({ at, traffic }: PacketOp, way: Way): boolean {
  const ends = [at.component, traffic.from.component];
  const same = way.network === traffic.network && ends.includes(way.from) && ends.includes(way.to);
  return same && speaks(way, traffic) && (traffic.port === undefined || knocks(way, at.component, traffic.port));
}

const speaks = ({ protocol }: Way, traffic: Traffic): boolean =>
  protocol === undefined || traffic.protocol === "any" || protocol === traffic.protocol;

/** Echoes of ICMP go to no port. */
const knocks = ({ to, protocol, port }: Way, component: string, named: number): boolean =>
  protocol !== "icmp" && to === component && (port === undefined || port === named);

/** Undefined: only its author knows what a program sends. */
function protocolOf({ measurement }: ProbeInstance): Way["protocol"] {
  switch (measurement.kind) {
    case "icmp":
      return "icmp";
    case "udp":
    case "dns":
      return "udp";
    case "http":
    case "tcp":
    case "ssh":
    case "heartbeat":
      return "tcp";
    case "exec":
      return undefined;
  }
}
