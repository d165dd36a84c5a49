// The text of our own nft table: pure, so that every rule is tested as text. Each change has a set of its own; firing adds the peer's address to it, with the lease as timeout.
import type { Change, Traffic } from "../model/op.ts";
import { canaryPorts, firstPort, lastPort } from "./canary-port.ts";

export interface ArmedTraffic {
  readonly table: string;
  readonly change: Change;
  readonly traffic: Traffic;
  /** The place's address on the traffic's network. */
  readonly destination: string;
  /** The peer's address there. */
  readonly source: string;
}

/** Letters first: a name such as `drop` would be a keyword. */
export const setName = (change: string): string => `c_${change.replaceAll(/[^A-Za-z0-9]/gu, "_")}`;

/**
 * Two chains: raw comes before connection tracking, so that a dropped packet leaves no trace; only `ct state new` needs the later one.
 * The first rule lets answers of our own canaries pass, so that a witness row counts one direction only, even where the way back is broken as well.
 */
export function tableText(table: string): string {
  const answers = `meta l4proto { tcp, udp } th sport ${firstPort}-${lastPort} accept`;
  return [
    `create table inet ${table}`,
    `add chain inet ${table} arriving { type filter hook prerouting priority -300; policy accept; }`,
    `add chain inet ${table} tracked { type filter hook prerouting priority -150; policy accept; }`,
    `add rule inet ${table} arriving ${answers}`,
    `add rule inet ${table} tracked ${answers}`,
  ].join("; ");
}

export function armText(armed: ArmedTraffic): string {
  const set = setName(armed.change.id);
  return [
    `add set inet ${armed.table} ${set} { type ipv4_addr; flags timeout; }`,
    ...rules(armed, set).map(([chain, rule]) => `add rule inet ${armed.table} ${chain} ${rule}`),
  ].join("; ");
}

export const fireText = (armed: ArmedTraffic): string =>
  `add element inet ${armed.table} ${setName(armed.change.id)} { ${armed.source} timeout ${Math.ceil(armed.change.leaseMs)}ms }`;

/** Where the element has timed out, nft complains and the listing that follows proves all the same that it is gone. */
export const undoText = (armed: ArmedTraffic): string =>
  `delete element inet ${armed.table} ${setName(armed.change.id)} { ${armed.source} }`;

export const listSetText = (armed: ArmedTraffic): string => `list set inet ${armed.table} ${setName(armed.change.id)}`;

function rules(armed: ArmedTraffic, set: string): readonly (readonly [string, string])[] {
  const { traffic } = armed;
  const path = `ip saddr @${set} ip daddr ${armed.destination}`;
  const share = traffic.percent >= 100 ? "" : ` numgen random mod 10000 < ${Math.round(traffic.percent * 100)}`;
  const { canary } = canaryPorts(armed.change.id);
  // Canaries of other changes pass: rules may overlap, and each witness sees its own alone.
  const ports = ` th dport { ${traffic.port === undefined ? `0-${firstPort - 1}, ${canary}, ${lastPort + 1}-65535` : `${traffic.port}, ${canary}`} }`;
  const rule = (match: string, tcp: boolean, to = ports): string =>
    `${path}${match}${to}${share} counter ${traffic.action === "drop" ? "drop" : tcp ? "reject with tcp reset" : "reject"}`;
  // A connection is new by its SYN, not by conntrack: tracking begins when we arm, and takes the next packet of an old connection for a new one.
  const tcp = [
    "arriving",
    rule(traffic.flows === "new" ? " tcp flags & (fin | syn | rst | ack) == syn" : " meta l4proto tcp", true),
  ] as const;
  const other = (match: string): readonly [string, string] =>
    traffic.flows === "new" ? ["tracked", rule(`${match} ct state new`, false)] : ["arriving", rule(match, false)];
  const state = traffic.flows === "new" ? " ct state new" : "";
  const portless = [traffic.flows === "new" ? "tracked" : "arriving", rule(` meta l4proto != { tcp, udp }${state}`, false, "")] as const;
  if (traffic.protocol === "tcp") return [tcp];
  if (traffic.protocol === "udp") return [other(" meta l4proto udp")];
  if (traffic.port !== undefined) return [tcp, other(" meta l4proto udp")];
  return [tcp, other(" meta l4proto udp"), portless];
}
