// What is said to tc for a disturbance: a prio of two bands, of which everything takes the first, and a netem in the second, to which filters send the packets for the peers. Pure, so that every line is tested as text.
// Nobody else notices: the first band passes everything on at once.
import type { Disturbance } from "../model/op.ts";
import { firstPort, lastPort } from "./canary-port.ts";

/** Of ours and of nobody else: the undo deletes this one only, with all that hangs on it. */
export const root = { kind: "prio", handle: "7e31:" } as const;
export const netemHandle = "7e32:";
const [calm, disturbed] = ["7e31:1", "7e31:2"];

/** So many packets may wait; more are dropped. tc's own 1000 would be a loss of its own beside a large delay. */
const longestQueue = 10_000;
/** All sixteen priorities of a packet go to the first band. */
const priorities = "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0";

/** In the order in which they are asked: the change's own canaries, all other canaries and their answers, and at last the peers. */
const order = { own: 1, others: 2, peers: 6 } as const;

/** How tc shows the one that comes last. */
export const peersFilter = new RegExp(`^filter .*pref ${order.peers} flower `, "u");

/** A shot is refused where any of these is refused; the peers' filter comes last, so until then nothing happens. */
export function disturbLines(
  name: string,
  disturbance: Disturbance,
  peers: readonly string[],
  canaryPort: number,
): readonly [root: string, ...rest: string[]] {
  const filter = (at: number, match: string, flow: string): string =>
    `filter add dev ${name} parent ${root.handle} protocol ip pref ${at} flower ${match} classid ${flow}`;
  // Canaries of other changes and answers to them pass: each witness sees one direction of its own change alone.
  const others = ["udp", "tcp"].flatMap((protocol) => [
    `ip_proto ${protocol} src_port ${canaries}`,
    `ip_proto ${protocol} dst_port ${canaries}`,
  ]);
  return [
    `qdisc add dev ${name} root handle ${root.handle} prio bands 2 priomap ${priorities}`,
    `qdisc add dev ${name} parent ${disturbed} handle ${netemHandle} netem limit ${longestQueue} ${netemWords(disturbance)}`,
    ...peers.map((peer) => filter(order.own, `ip_proto udp dst_ip ${peer} dst_port ${canaryPort}`, disturbed)),
    ...others.map((match, index) => filter(order.others + index, match, calm)),
    ...peers.map((peer) => filter(order.peers, `dst_ip ${peer}`, disturbed)),
  ];
}

const canaries = `${firstPort}-${lastPort}`;

/** From here on nothing new is disturbed; what waits still leaves. */
export const calmLines = (name: string): readonly string[] =>
  [order.peers, order.own].map((at) => `filter del dev ${name} parent ${root.handle} protocol ip pref ${at}`);

/** tc-netem(8). A spread is given there as a mean with what it may differ by, evenly where no distribution is named; `reorder` is the share that does not wait. */
export function netemWords(disturbance: Disturbance): string {
  switch (disturbance.kind) {
    case "delay": {
      const half = disturbance.spreadMs / 2;
      return `delay ${time(disturbance.delayMs + half)}${half === 0 ? "" : ` ${time(half)}`}`;
    }
    case "duplicate":
      return `duplicate ${disturbance.percent}%`;
    case "reorder":
      return `delay ${time(disturbance.delayMs)} reorder ${Number((100 - disturbance.percent).toFixed(3))}%`;
  }
}

const time = (ms: number): string => `${Math.round(ms * 1_000)}us`;

/** No packet waits longer than this. */
export const waitMsOf = (disturbance: Disturbance): number =>
  disturbance.kind === "duplicate" ? 0 : disturbance.delayMs + (disturbance.kind === "delay" ? disturbance.spreadMs : 0);
