// Two sides of the system that cannot reach each other.
import * as z from "zod";
import { defineFault, type CompileContext, type ResolvedPlace } from "../model/fault-kind.ts";
import { blocks, network, nothing, type Path, paths, Selector } from "./options.ts";

const Side = z.union([Selector, z.array(Selector).min(1).max(20)]);
type Side = z.output<typeof Side>;

export const netPartition = defineFault("net.partition", {
  summary: "Two sides of the system cannot reach each other: every packet between them is dropped where it arrives",
  options: {
    on: Side.describe(
      "One side: a service (all its replicas), a replica, service@role, or a list of these; who is here is not on the other side",
    ),
    from: Side.optional().describe(
      "The other side, as `on`; by default all other components that share a network. Vantages are no part of the system: users and responders still reach both sides unless they are named here",
    ),
    direction: z
      .enum(["both", "in", "out"])
      .default("both")
      .describe('"in" drops only what arrives at `on`, "out" only what leaves it to the other side'),
    network,
  },
  explain: (spec) =>
    `drop every packet ${words[spec.direction]} ${listed(spec.on)} ${spec.direction === "both" ? "and" : spec.direction === "in" ? "from" : "to"} ${spec.from === undefined ? "all other components" : listed(spec.from)}${spec.network === undefined ? "" : ` on network ${spec.network}`}`,
  compile: (spec, context) => {
    const side = places(spec.on, "on", context);
    const others = spec.from === undefined ? components(context) : places(spec.from, "from", context);
    const found = ways(side, others, spec, context);
    if (found.length === 0) return nothing;
    return { ...blocks(found, { protocol: "any", flows: "all", action: "drop", percent: 100 }), needs: ["nft"] };
  },
});

const words = { both: "between", in: "that arrives at", out: "that leaves" } as const;
const listed = (side: Side): string => (typeof side === "string" ? side : side.join(", "));
const components = (context: CompileContext): readonly ResolvedPlace[] => context.stack.components.map(({ name }) => ({ component: name }));

/** Each component once, however many selectors name it. */
function places(side: Side, option: string, context: CompileContext): readonly ResolvedPlace[] {
  const named = (typeof side === "string" ? [side] : side).flatMap((selector) => context.places(selector, option));
  return [...new Set(named.map(({ component }) => component))].map((component) => ({ component }));
}

function ways(
  side: readonly ResolvedPlace[],
  named: readonly ResolvedPlace[],
  spec: { readonly from?: Side | undefined; readonly network?: string | undefined; readonly direction: "both" | "in" | "out" },
  context: CompileContext,
): readonly Path[] {
  const others = named.filter(({ component }) => !side.some((own) => own.component === component));
  const blame = spec.from === undefined ? "on" : "from";
  if (side.length > 0 && named.length > 0 && others.length === 0)
    context.refuse(blame, "one-sided", "nobody is left on the other side of the partition: all of it is named by `on`");
  const arriving = paths(context, side, others, spec.network, blame);
  const leaving = arriving.map((path): Path => ({ at: path.from, from: path.at, network: path.network }));
  return [...(spec.direction === "out" ? [] : arriving), ...(spec.direction === "in" ? [] : leaving)];
}
