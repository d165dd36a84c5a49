// Lost packets between two components, dropped where they arrive.
import * as z from "zod";
import { type CompileContext, defineFault } from "../model/fault-kind.ts";
import { blocks, flows, network, nothing, on, type Path, paths, Selector } from "./options.ts";

interface Ends {
  readonly on: string;
  readonly to: string;
  readonly network?: string | undefined;
  readonly direction: "both" | "in" | "out";
}

export const netLoss = defineFault("net.loss", {
  summary: "A share of the packets between a component and a peer is lost",
  options: {
    on,
    to: Selector.describe("The peer at the other end, whichever way packets are lost"),
    percent: z
      .number()
      .min(10)
      .max(100)
      .describe(
        "How many of a hundred packets are lost, in each direction by itself; fewer than ten could not be told from none by our canaries",
      ),
    direction: z.enum(["both", "in", "out"]).default("both").describe('"in" loses packets that arrive at `on`, "out" those that leave it'),
    flows,
    network,
  },
  explain: (spec) =>
    `lose ${spec.percent} % of the ${spec.flows === "new" ? "packets of new connections" : "packets"} ${words[spec.direction]} ${spec.on} ${spec.direction === "both" ? "and" : spec.direction === "in" ? "from" : "to"} ${spec.to}`,
  compile: (spec, context) => {
    const found = ways(spec, context);
    if (found.length === 0) return nothing;
    return { ...blocks(found, { protocol: "any", flows: spec.flows, action: "drop", percent: spec.percent }), needs: ["nft"] };
  },
});

const words = { both: "between", in: "that arrive at", out: "that leave" } as const;

function ways(spec: Ends, context: CompileContext): readonly Path[] {
  const arriving = paths(context, context.places(spec.on, "on"), context.places(spec.to, "to"), spec.network, "to");
  const leaving = arriving.map((path): Path => ({ at: path.from, from: path.at, network: path.network }));
  const all = [...(spec.direction === "out" ? [] : arriving), ...(spec.direction === "in" ? [] : leaving)];
  return [...new Map(all.map((path) => [`${path.at.component} ${path.from.component} ${path.network}`, path])).values()];
}
