// Everything that could be at fault, with what speaks for and against it: single components, whole services, and ways: from a vantage over a network, or from one component to another.
import { type Plane, planes } from "../model/plane.ts";
import type { Edge, Stack } from "../model/stack.ts";
import { answererOf, type Path } from "./paths.ts";

export interface Suspect {
  /** "edge": the way from one component, or one service, to another. */
  readonly kind: "component" | "way" | "edge";
  readonly name: string;
  /** Components; of an edge those that it leads to; none for a way. */
  readonly members: readonly string[];
  /** Impaired instances that depend on it. */
  readonly explained: readonly Path[];
  /** Instances that depend on it on their own plane and are calm. */
  readonly exonerating: number;
  /** Instances that reach it only by leaving their plane: a good design keeps them calm (a cache), so they hardly speak for it. */
  readonly decoupled: number;
  readonly depth: number;
}

export const hopsTo = (path: Path, members: readonly string[]): number =>
  Math.min(...members.map((member) => path.reach.get(member)?.hops ?? Number.POSITIVE_INFINITY));

/** Which plane's probes use a network: read from the probes, since what networks are called proves nothing. */
export function planeOfNetwork(network: string, paths: readonly Path[]): Plane | undefined {
  const votes = planes.map(
    (plane) =>
      paths.filter(
        ({ probe, reach }) => probe.plane === plane && [...reach.values()].some((one) => one.hops === 0 && one.network === network),
      ).length,
  );
  const most = Math.max(...votes);
  const winners = planes.filter((_, index) => votes[index] === most);
  return most > 0 && winners.length === 1 ? winners[0] : undefined;
}

export function suspectsOf(stack: Stack, impaired: readonly Path[], calm: readonly Path[]): readonly Suspect[] {
  const services = [...new Set(stack.components.map(({ service }) => service))];
  const replicasOf = (service: string) => stack.components.filter((one) => one.service === service).map(({ name }) => name);
  const places = services.flatMap((service) => {
    const replicas = replicasOf(service);
    return [
      { name: service, members: replicas, service: replicas },
      ...(replicas.length > 1 ? replicas.map((name) => ({ name, members: [name], service: replicas })) : []),
    ];
  });
  const all = [...impaired, ...calm];
  return [
    ...places.map((place) => componentSuspect(place, impaired, calm, all)),
    ...waySuspects(impaired, calm),
    ...edgeSuspects(stack, impaired, calm),
  ];
}

function componentSuspect(
  place: { readonly name: string; readonly members: readonly string[]; readonly service: readonly string[] },
  impaired: readonly Path[],
  calm: readonly Path[],
  all: readonly Path[],
): Suspect {
  // A replica is blamed for what asks it directly; what only its peers ask would have been hit through any of them.
  const concerns = (path: Path) =>
    Number.isFinite(hopsTo(path, place.members)) && hopsTo(path, place.members) === hopsTo(path, place.service);
  const explained = impaired.filter(concerns);
  const reached = calm.filter((path) => concerns(path) && explained.some((one) => answererOf(one.probe) === answererOf(path.probe)));
  const decoupled = reached.filter((path) => hopsTo(path, place.members) > 0 && !onOwnPlane(path, place.members, all));
  return {
    kind: "component",
    name: place.name,
    members: place.members,
    explained,
    exonerating: reached.length - decoupled.length,
    decoupled: decoupled.length,
    depth: explained.reduce((sum, path) => sum + hopsTo(path, place.members), 0),
  };
}

export function onOwnPlane(path: Path, members: readonly string[], all: readonly Path[]): boolean {
  return members.some((member) => {
    const network = path.reach.get(member)?.network;
    return network !== undefined && planeOfNetwork(network, all) === path.probe.plane;
  });
}

export const wayName = (vantage: string, network: string): string => `${vantage} over ${network}`;

const waysOf = (path: Path): readonly string[] =>
  [...path.reach.values()].filter(({ hops }) => hops === 0).map(({ network }) => wayName(path.probe.vantage, network));

function waySuspects(impaired: readonly Path[], calm: readonly Path[]): readonly Suspect[] {
  return [...new Set(impaired.flatMap(waysOf))].map((name) => ({
    kind: "way",
    name,
    members: [],
    explained: impaired.filter((path) => waysOf(path).includes(name)),
    exonerating: calm.filter((path) => waysOf(path).includes(name)).length,
    decoupled: 0,
    depth: 0,
  }));
}

/** Between two replicas, and between all replicas of two services. What only passes it on another plane hardly speaks for it, as with components. */
function edgeSuspects(stack: Stack, impaired: readonly Path[], calm: readonly Path[]): readonly Suspect[] {
  const all = [...impaired, ...calm];
  const serviceOf = (name: string) => stack.components.find((one) => one.name === name)?.service ?? name;
  const namesOf = ({ from, to, network }: Edge) => [
    `${from} to ${to} over ${network}`,
    `${serviceOf(from)} to ${serviceOf(to)} over ${network}`,
  ];
  const edges = new Map<string, { readonly network: string; readonly members: readonly string[] }>();
  for (const edge of impaired.flatMap((path) => path.edges))
    for (const name of namesOf(edge)) {
      const members = edges.get(name)?.members ?? [];
      edges.set(name, { network: edge.network, members: members.includes(edge.to) ? members : [...members, edge.to] });
    }
  const along = (paths: readonly Path[], name: string) => paths.filter((path) => path.edges.some((edge) => namesOf(edge).includes(name)));
  return [...edges].map(([name, { network, members }]) => {
    const plane = planeOfNetwork(network, all);
    const passed = along(calm, name);
    const exonerating = passed.filter((path) => path.probe.plane === plane).length;
    return {
      kind: "edge",
      name,
      members,
      explained: along(impaired, name),
      exonerating,
      decoupled: passed.length - exonerating,
      depth: 0,
    };
  });
}

/** Least exonerated first; then components before ways; then the deepest, since trouble travels from what is asked to who asks; then least decoupled; then one replica before its service. */
export function byBlame(one: Suspect, other: Suspect): number {
  const rank = (suspect: Suspect) => (suspect.kind === "component" ? 0 : 1);
  return (
    one.exonerating - other.exonerating ||
    rank(one) - rank(other) ||
    other.depth - one.depth ||
    one.decoupled - other.decoupled ||
    one.members.length - other.members.length
  );
}
