// What port.block, ssh.block and dns.block have in common: a port that no longer answers, for some or all peers.
import * as z from "zod";
import type { Compiled, CompileContext } from "../model/fault-kind.ts";
import { blocks, nothing, paths, Selector } from "./options.ts";

export const from = Selector.optional().describe(
  "Only for packets from this peer; by default from everyone who shares a network, vantages included",
);
export const action = z.enum(["drop", "reject"]).default("drop").describe('"drop" answers with silence, "reject" with a refusal');

export interface Closing {
  readonly on: string;
  readonly from?: string | undefined;
  readonly network?: string | undefined;
  readonly flows: "all" | "new";
  readonly action: "drop" | "reject";
}

export function closingSentence(what: string, spec: Closing): string {
  const limits = `${spec.from === undefined ? "" : ` for ${spec.from}`}${spec.network === undefined ? "" : ` on network ${spec.network}`}`;
  return `${spec.action === "drop" ? "silence" : "refuse"} ${what} of ${spec.on}${limits}${spec.flows === "new" ? ", new connections only" : ""}`;
}

/** Each protocol is blocked, and proved to be, by itself. */
export function closePort(
  spec: Closing & { readonly port: number; readonly protocols: readonly ("tcp" | "udp")[] },
  context: CompileContext,
): Compiled {
  const peers = spec.from === undefined ? everyone(context) : context.places(spec.from, "from");
  const found = paths(context, context.places(spec.on, "on"), peers, spec.network, spec.from === undefined ? "on" : "from");
  if (found.length === 0) return nothing;
  const parts = spec.protocols.map((protocol) =>
    blocks(found, { protocol, port: spec.port, flows: spec.flows, action: spec.action, percent: 100 }),
  );
  return {
    changes: parts.flatMap(({ changes }) => changes),
    witnesses: parts.flatMap(({ witnesses }, part) =>
      witnesses.map((witness) => ({ ...witness, change: witness.change + part * found.length })),
    ),
    needs: ["nft"],
  };
}

const everyone = (context: CompileContext) =>
  [...context.stack.components, ...context.stack.vantages].map(({ name }) => ({ component: name }));
