// Which components an instance's answer can depend on, and how far away they are: the declared edges, walked from what the probe talks to.
import type { Measurement, Peer, ProbeInstance } from "../model/probe.ts";
import type { Edge, Stack } from "../model/stack.ts";

interface Reach {
  /** 0: what the probe talks to itself. */
  readonly hops: number;
  /** The network over which the last hop goes. */
  readonly network: string;
}

export interface Path {
  readonly probe: ProbeInstance;
  readonly reach: ReadonlyMap<string, Reach>;
  /** The declared edges that it may go along behind what it talks to. */
  readonly edges: readonly Edge[];
}

/** Where the probe itself connects: both ends of numbered writes, and last whom it asks. */
export function endpoints(probe: ProbeInstance): readonly (Peer & { readonly port?: number | undefined })[] {
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

/** Who answers at the far end: the application, the server of logins beside it (its greeting, a shell), the kernel, which echoes and takes connections for whatever runs there, or somebody else, who only looks at it. The one says little about the others. */
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
      return connectionTaker(measurement);
    case "ssh":
      return "session";
    case "icmp":
      return "kernel";
  }
}

/** How a server of logins greets (RFC 4253, 4.2); any other words over a connection are the application's own protocol. */
const loginGreeting = "SSH-";

function connectionTaker({ send, expect }: Extract<Measurement, { readonly kind: "tcp" }>): "application" | "session" | "kernel" {
  if (expect === undefined) return "kernel";
  return send === undefined && expect.startsWith(loginGreeting) ? "session" : "application";
}

/** Only an application asks others before it answers. */
const travelsOn = (probe: ProbeInstance): boolean => answererOf(probe) === "application";

/** By the program itself or by whoever looks at it, and not by a server beside it. */
export const isAnsweredByProgram = (probe: ProbeInstance): boolean => ["application", "onlooker"].includes(answererOf(probe));

/** Who is asked about another depends on that one alone, and not on all the others that it could be asked about. */
function pathVia(stack: Stack, probe: ProbeInstance): Path {
  const asked = endpoints(probe);
  const names = asked.map(({ component }) => component);
  const edges = stack.edges.filter(
    ({ from, to }) => (names.includes(from) && to === probe.component) || (from === probe.component && names.includes(to)),
  );
  const onward = edges.filter(({ to }) => !names.includes(to)).map(({ to, network }): [string, Reach] => [to, { hops: 1, network }]);
  return {
    probe,
    reach: new Map([...asked.map(({ component, network }): [string, Reach] => [component, { hops: 0, network }]), ...onward]),
    edges,
  };
}

export function pathOf(stack: Stack, probe: ProbeInstance): Path {
  if (isVia(probe)) return pathVia(stack, probe);
  const reach = new Map<string, Reach>();
  const edges: Edge[] = [];
  let front = endpoints(probe);
  for (let hops = 0; front.length > 0; hops++) {
    for (const { component, network } of front) if (!reach.has(component)) reach.set(component, { hops, network });
    const reached = new Set(front.map(({ component }) => component));
    const onward = travelsOn(probe) ? stack.edges.filter(({ from, to }) => reached.has(from) && !reach.has(to)) : [];
    edges.push(...onward);
    front = onward.map(({ to, network }) => ({ component: to, network }));
  }
  return { probe, reach, edges };
}
