// Which components an instance's answer can depend on, and how far away they are: the declared edges, walked from what the probe talks to.
import type { ProbeInstance } from "../model/probe.ts";
import type { Stack } from "../model/stack.ts";

interface Reach {
  /** 0: what the probe talks to itself. */
  readonly hops: number;
  /** The network over which the last hop goes. */
  readonly network: string;
}

export interface Path {
  readonly probe: ProbeInstance;
  readonly reach: ReadonlyMap<string, Reach>;
}

/** Where the probe itself connects: both ends of numbered writes. */
function endpoints(probe: ProbeInstance): readonly { readonly component: string; readonly network: string }[] {
  const { measurement } = probe;
  switch (measurement.kind) {
    case "http":
      return [measurement.request.endpoint];
    case "tcp":
    case "udp":
    case "dns":
    case "ssh":
      return [measurement.endpoint];
    case "icmp":
    case "exec":
      return [measurement.peer];
    case "heartbeat":
      return [...(measurement.write ? [measurement.write.endpoint] : []), measurement.read.endpoint];
  }
}

/** Who answers at the far end: the application, a session's own server (a banner, a shell), or the kernel, which echoes for whatever runs there. The one says little about the others. */
export function answererOf({ measurement }: ProbeInstance): "application" | "session" | "kernel" {
  switch (measurement.kind) {
    case "http":
    case "heartbeat":
    case "udp":
    case "dns":
    case "exec":
      return "application";
    case "tcp":
    case "ssh":
      return "session";
    case "icmp":
      return "kernel";
  }
}

/** Only an application asks others before it answers. */
const travelsOn = (probe: ProbeInstance): boolean => answererOf(probe) === "application";

export function pathOf(stack: Stack, probe: ProbeInstance): Path {
  const reach = new Map<string, Reach>();
  let front = endpoints(probe);
  for (let hops = 0; front.length > 0; hops++) {
    for (const { component, network } of front) if (!reach.has(component)) reach.set(component, { hops, network });
    const reached = new Set(front.map(({ component }) => component));
    front = travelsOn(probe)
      ? stack.edges.filter(({ from, to }) => reached.has(from) && !reach.has(to)).map(({ to, network }) => ({ component: to, network }))
      : [];
  }
  return { probe, reach };
}
