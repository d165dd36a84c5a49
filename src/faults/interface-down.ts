// What link.down and link.flap have in common: an interface that the agent takes down, and a witness on both sides of it.
import { type Compiled, type CompileContext } from "../model/fault-kind.ts";
import { Name } from "../model/op.ts";
import type { Flap } from "../model/op.ts";
import { interfaces, neighbourOf, nothing } from "./options.ts";

export const ownNetwork = Name.optional().describe(
  "The network whose interface is meant; may be left out where the component is on only one",
);

export function interfaceDown(
  kind: string,
  spec: { readonly on: string; readonly network?: string | undefined },
  flap: Flap | undefined,
  context: CompileContext,
): Compiled {
  const found = interfaces(context, kind, spec);
  if (found.length === 0) return nothing;
  return {
    changes: found.map((place) => ({
      apply: { op: "link.down", ...place, ...(flap && { flap }) },
      undo: { op: "link.up", ...place },
      holder: "agent",
    })),
    witnesses: found.map((place, change) => ({
      kind: "link",
      change,
      ...place,
      peer: neighbourOf(context, place.at.component, place.network),
      flap,
    })),
    needs: [],
  };
}
