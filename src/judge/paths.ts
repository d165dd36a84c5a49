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

/** Where the probe itself connects: both ends of numbered writes, and last whom it asks. */
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

/** Whom it asks is not whom it is about. */
const isVia = (probe: ProbeInstance): boolean => endpoints(probe).at(-1)?.component !== probe.component;

/** Who answers at the far end: the application, a session's own server (a banner, a shell), the kernel, which echoes for whatever runs there, or somebody else, who only looks at it. The one says little about the others. */
export function answererOf(probe: ProbeInstance): "application" | "session" | "kernel" | "onlooker" {
  const { measurement } = probe;
  const written = measurement.kind === "heartbeat" && measurement.write !== undefined;
  if (isVia(probe) && !written) return "onlooker";
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

/** Who is asked about another depends on that one alone, and not on all the others that it could be asked about. */
function reachVia(stack: Stack, probe: ProbeInstance): Path["reach"] {
  const asked = endpoints(probe).map(({ component, network }): [string, Reach] => [component, { hops: 0, network }]);
  const names = asked.map(([component]) => component);
  const onward = stack.edges.filter(({ from, to }) => names.includes(from) && to === probe.component);
  return new Map([...asked, ...onward.map(({ to, network }): [string, Reach] => [to, { hops: 1, network }])]);
}

export function pathOf(stack: Stack, probe: ProbeInstance): Path {
  const reach = new Map<string, Reach>();
  let front = endpoints(probe);
  if (isVia(probe)) return { probe, reach: reachVia(stack, probe) };
  for (let hops = 0; front.length > 0; hops++) {
    for (const { component, network } of front) if (!reach.has(component)) reach.set(component, { hops, network });
    const reached = new Set(front.map(({ component }) => component));
    front = travelsOn(probe)
      ? stack.edges.filter(({ from, to }) => reached.has(from) && !reach.has(to)).map(({ to, network }) => ({ component: to, network }))
      : [];
  }
  return { probe, reach };
}
