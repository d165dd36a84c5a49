// Which faults a target can be asked to bear: the options of a kind filled in from the target's own services and edges, in the order in which they are worth trying.
import * as z from "zod";
import { faults } from "../faults/list.ts";
import type { Component, Edge, Stack } from "../model/stack.ts";

export type FaultSpec = Readonly<Record<string, string | number>> & { readonly kind: string };

const Options = z.looseObject({ properties: z.record(z.string(), z.unknown()), required: z.array(z.string()) });

export const kindsOfFaults: readonly string[] = faults.map(({ kind }) => kind);

/** Specs to try, each complete; none where an option is needed of which nothing is known. */
export function faultChoices(kind: string, stack: Stack): readonly FaultSpec[] {
  const found = faults.find((fault) => fault.kind === kind);
  if (!found) return [];
  const { properties, required } = Options.parse(z.toJSONSchema(found.schema, { io: "input" }));
  const needed = required.filter((option) => option !== "kind" && option !== "on");
  const places = required.includes("on") ? placesFor(kind, stack) : [undefined];
  return places.flatMap((on) =>
    edgesTo(stack, on).flatMap((edge) => {
      const filled = Object.fromEntries(needed.map((option) => [option, guess(kind, option, stack, edge)]));
      if (!isComplete(filled)) return [];
      const base: FaultSpec = { kind, ...(on !== undefined && { on }), ...filled };
      const narrowed = ["to", "from", "network"].flatMap((option): readonly FaultSpec[] => {
        const value = option in properties ? guess(kind, option, stack, edge) : undefined;
        return value === undefined ? [] : [{ ...base, [option]: value }];
      });
      return [base, ...narrowed];
    }),
  );
}

/** Services; of one that may be touched in part, those components. One that may not be touched at all is tried, too: its refusal says why. */
function placesFor(kind: string, stack: Stack): readonly string[] {
  return servicesFor(kind, stack).flatMap((service) => {
    const members = stack.components.filter((one) => one.service === service).map(({ name }) => name);
    const allowed = members.filter((name) => stack.allow?.includes(name) ?? true);
    return allowed.length === 0 || allowed.length === members.length ? [service] : allowed;
  });
}

const isSupervised = ({ processes: [main] }: Component): boolean => main?.supervised === true;
const hasVolume = ({ volumes }: Component): boolean => volumes.length > 0;

/** Whoever ends at a broken disk takes its container with it, unless a supervisor stands before it: then there is nothing left to judge. Whoever has a volume is likely to sync. */
function servicesFor(kind: string, stack: Stack): readonly string[] {
  const rank = (one: Component): number =>
    (kind === "disk.error" && !isSupervised(one) ? 2 : 0) + (actsOnSyncs(kind) && !hasVolume(one) ? 1 : 0);
  return [...new Set(stack.components.toSorted((one, other) => rank(one) - rank(other)).map(({ service }) => service))];
}

const actsOnSyncs = (kind: string): boolean => kind === "disk.error" || kind === "disk.delay";

/** Why a fault on fsyncs or on the page cache may find nothing to act on, or undefined. */
export function mayNotAct({ kind, on }: FaultSpec, stack: Stack, variants: readonly string[]): string | undefined {
  if (kind === "memory.pressure")
    return [
      `${kind} squeezes the page cache, and a run is inconclusive if ${on} never reads more of its files than headroom leaves it`,
      ...namedVariants("reads files", variants),
    ].join("; ");
  const chosen = stack.components.filter(({ service, name }) => service === on || name === on);
  if (!actsOnSyncs(kind) || chosen.some(hasVolume)) return undefined;
  const others = [...new Set(stack.components.filter(hasVolume).map(({ service }) => service))].join(", ");
  return [
    `${kind} acts on fsyncs alone, and ${on} has no volume: if it never syncs, a run is inconclusive`,
    ...(others === "" ? [] : [`${others} has one, but nobody is known to bring its process back where it ends at a broken disk`]),
    ...namedVariants("syncs", variants),
  ].join("; ");
}

const namedVariants = (does: string, variants: readonly string[]): readonly string[] =>
  variants.length === 0 ? [] : [`--variant names a configuration that ${does}, if there is one: ${variants.join(", ")}`];

/** A place that nobody is known to talk to is tried, too. */
const edgesTo = (stack: Stack, place: string | undefined): readonly (Edge | undefined)[] => {
  const members = stack.components.filter((one) => one.service === place || one.name === place).map(({ name }) => name);
  const edges = stack.edges.filter(({ to }) => members.includes(to));
  return edges.length === 0 ? [undefined] : edges;
};

/** Strong enough that something shows; the numbers are those of the shipped experiments. */
function guess(kind: string, option: string, stack: Stack, edge: Edge | undefined): string | number | undefined {
  switch (option) {
    case "to":
    case "from":
      return edge && selectorOf(stack, edge.from);
    case "network":
      return edge?.network;
    case "port":
      return edge?.port;
    case "percent":
      // Where all packets are held back none overtakes another.
      return kind === "net.reorder" ? 40 : 100;
    case "writeIops":
      return 20;
    case "jitter":
      return "500ms";
    case "rate":
      return "150kbit";
    case "down":
    case "up":
      return "1s";
    case "delay":
      return "500ms";
    case "error":
      return "EIO";
    case "cpus":
      return 0.1;
    case "headroom":
      return "16MiB";
    default:
      return undefined;
  }
}

const selectorOf = (stack: Stack, name: string): string => stack.components.find((one) => one.name === name)?.service ?? name;

const isComplete = (filled: Readonly<Record<string, string | number | undefined>>): filled is Readonly<Record<string, string | number>> =>
  Object.values(filled).every((value) => value !== undefined);
