// What an op acts on: two changes on one resource at one time would hide each other from their witnesses, and their undo would depend on its order.
import type { Change, Op, Place, Traffic } from "../model/op.ts";

export function clashes(one: Change, other: Change): boolean {
  return one.startMs < other.endMs && other.startMs < one.endMs && sameResource(one.apply, other.apply);
}

function sameResource(one: Op, other: Op): boolean {
  if ("traffic" in one && "traffic" in other) return one.at.component === other.at.component && sameTraffic(one.traffic, other.traffic);
  if ("volume" in one && "volume" in other) return one.at.component === other.at.component && one.volume === other.volume;
  if (one.op === "process.stop" && other.op === "process.stop") return nameOf(one.at) === nameOf(other.at);
  return false;
}

function sameTraffic(one: Traffic, other: Traffic): boolean {
  if (one.from.component !== other.from.component || one.network !== other.network) return false;
  if (one.protocol === "any" || other.protocol === "any") return true;
  return one.protocol === other.protocol && (one.port === undefined || other.port === undefined || one.port === other.port);
}

/** "etcd-1", "etcd-1/etcd" */
const nameOf = (place: Place): string => (place.process === undefined ? place.component : `${place.component}/${place.process}`);

/** One op as people say it. */
export function describeOp(op: Op): string {
  switch (op.op) {
    case "packets.block":
      return `${op.traffic.action} ${traffic(op.traffic)} at ${nameOf(op.at)}`;
    case "packets.pass":
      return `let ${traffic({ ...op.traffic, percent: 100 })} at ${nameOf(op.at)} pass again`;
    case "disk.limit":
      return `limit volume ${op.volume} of ${nameOf(op.at)} to ${op.writeIops} writes per second`;
    case "disk.restore":
      return `give volume ${op.volume} of ${nameOf(op.at)} the limit back that it had`;
    case "process.stop":
      return `stop process ${nameOf(op.at)}`;
    case "process.continue":
      return `continue process ${nameOf(op.at)}`;
  }
}

function traffic({ percent, protocol, port, flows, from, network }: Traffic): string {
  const share = percent === 100 ? "" : `${percent} % of `;
  const what = protocol === "any" ? "packets" : `${protocol} packets${port === undefined ? "" : ` to port ${port}`}`;
  return `${share}${what}${flows === "new" ? " of new connections" : ""} from ${from.component} over ${network}`;
}
