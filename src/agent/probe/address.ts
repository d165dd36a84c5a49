// Where an endpoint was bound to when the target started: names are never resolved while something is measured.
import type { Addresses } from "../../model/agent-protocol.ts";
import type { Peer } from "../../model/probe.ts";

export function addressOf(addresses: Addresses, { component, network }: Peer): string {
  const address = addresses[component]?.[network];
  if (address === undefined) throw new Error(`no address of ${component} on ${network} was bound`);
  return address;
}
