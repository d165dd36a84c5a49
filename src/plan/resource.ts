// What an op acts on: two changes on one resource would hide each other from their witnesses, and their undo would depend on its order.
import { formatDuration } from "../model/duration.ts";
import { formatSize } from "../model/size.ts";
import { formatRate } from "../model/rate.ts";
import { type Change, type Disturbance, type Op, placeName, type Traffic } from "../model/op.ts";

export function clashes(one: Change, other: Change): boolean {
  return (
    (sameResource(one.apply, other.apply) && (overlap(one, other) || !apart(one.apply, other.apply))) ||
    outlived(one, other) ||
    outlived(other, one)
  );
}

const overlap = (one: Change, other: Change): boolean => one.startMs < other.endMs && other.startMs < one.endMs;

/** A witness looks at its resource before the fault and long after it: whatever came next would be its own change that still acts. Only packet rules have canaries of their own. */
const apart = (one: Op, other: Op): boolean => "traffic" in one && "traffic" in other;

/** `one` ends the process for which `other` is armed before `other` is over: a shot at a process that is not the armed one is refused, also much later. */
function outlived(one: Change, other: Change): boolean {
  if (one.apply.op !== "process.kill" && one.apply.op !== "process.restart") return false;
  if (other.endMs <= one.startMs || !bindsProcess(other.apply)) return false;
  const [ended, armed] = [one.apply.at, other.apply.at];
  // A place without a process means the first one, which is not known here.
  return ended.component === armed.component && (armed.process === undefined || armed.process === ended.process);
}

/** Why they clash, said of the one that stands first in the file. */
export function clashWords(first: Change, second: Change): string {
  if (outlived(first, second)) return "ends the process that this one is armed for";
  if (outlived(second, first)) return "is armed for the process that this one ends";
  return overlap(first, second)
    ? "acts on the same resource at the same time"
    : "acts on the same resource at another time, and each would be seen by the other's witness";
}

/** Whether the op is armed for one process, by pid and start time. */
function bindsProcess({ op }: Op): boolean {
  switch (op) {
    case "disk.limit":
    case "sync.delay":
    case "sync.fail":
    case "cpu.limit":
    case "process.stop":
    case "process.kill":
    case "process.restart":
      return true;
    case "packets.block":
    case "packets.pass":
    case "disk.restore":
    case "sync.pass":
    case "cpu.restore":
    case "memory.limit":
    case "memory.restore":
    case "link.down":
    case "link.up":
    case "rate.limit":
    case "rate.restore":
    case "packets.disturb":
    case "packets.settle":
    case "process.continue":
    case "process.ensure":
      return false;
  }
}

/** Packets that two rules drop are dropped, and each rule catches canaries of its own: these may overlap. What is dropped and refused at once depends on the order of the rules. */
function sameResource(one: Op, other: Op): boolean {
  if ("traffic" in one && "traffic" in other)
    return (
      one.at.component === other.at.component && one.traffic.action !== other.traffic.action && sameTraffic(one.traffic, other.traffic)
    );
  if ("network" in one && "network" in other && one.at.component === other.at.component) return one.network === other.network;
  if (cuts(one, other) || cuts(other, one)) return true;
  if ("volume" in one && "volume" in other) return one.at.component === other.at.component && one.volume === other.volume;
  if (one.op === "cpu.limit" && other.op === "cpu.limit") return placeName(one.at) === placeName(other.at);
  if (one.op === "memory.limit" && other.op === "memory.limit") return one.at.component === other.at.component;
  // A process has one tracer, and one that is stopped while it is traced looks as if its tracer held it.
  return held.has(one.op) && held.has(other.op) && placeName(one.at) === placeName(other.at);
}

const held: ReadonlySet<Op["op"]> = new Set<Op["op"]>(["process.stop", "sync.delay", "sync.fail"]);

function sameTraffic(one: Traffic, other: Traffic): boolean {
  if (one.from.component !== other.from.component || one.network !== other.network) return false;
  if (one.protocol === "any" || other.protocol === "any") return true;
  return one.protocol === other.protocol && (one.port === undefined || other.port === undefined || one.port === other.port);
}

/** No packet, and so no canary, passes where the interface at either end is down. */
const cuts = (link: Op, other: Op): boolean =>
  link.op === "link.down" && farEnds(other).some(({ component, network }) => component === link.at.component && network === link.network);

/** Whose interfaces the packets of an op need beside the one that it changes itself. */
function farEnds(op: Op): readonly { readonly component: string; readonly network: string }[] {
  if ("traffic" in op) return [op.at, op.traffic.from].map(({ component }) => ({ component, network: op.traffic.network }));
  return op.op === "packets.disturb" ? op.to.map(({ component }) => ({ component, network: op.network })) : [];
}

/** One op as people say it. */
export function describeOp(op: Op): string {
  switch (op.op) {
    case "packets.block":
      return `${op.traffic.action} ${traffic(op.traffic)} at ${placeName(op.at)}`;
    case "packets.pass":
      return `let ${traffic({ ...op.traffic, percent: 100 })} at ${placeName(op.at)} pass again`;
    case "disk.limit":
      return `limit volume ${op.volume} of ${placeName(op.at)} to ${op.writeIops} writes per second`;
    case "disk.restore":
      return `give volume ${op.volume} of ${placeName(op.at)} the limit back that it had`;
    case "link.down":
      return `take the interface of ${placeName(op.at)} on ${op.network} down${op.flap === undefined ? "" : `, for ${formatDuration(op.flap.downMs)} of every ${formatDuration(op.flap.downMs + op.flap.upMs)}`}`;
    case "link.up":
      return `bring the interface of ${placeName(op.at)} on ${op.network} up, with the addresses and routes that it had`;
    case "rate.limit":
      return `limit all that leaves ${placeName(op.at)} by its interface on ${op.network} to ${formatRate(op.bitsPerSecond)}`;
    case "rate.restore":
      return `give the interface of ${placeName(op.at)} on ${op.network} the queue back that it had`;
    case "packets.disturb":
      return `${disturbance(op.disturbance)} that leave ${placeName(op.at)} for ${op.to.map(placeName).join(", ")} by its interface on ${op.network} (netem behind a filter: nobody else's packets)`;
    case "packets.settle":
      return `let what waits leave, and give the interface of ${placeName(op.at)} on ${op.network} the queue back that it had`;
    case "sync.delay":
      return `let each fsync of ${placeName(op.at)} begin ${op.delayMs} ms later`;
    case "sync.fail":
      return `let ${op.every === 1 ? "each fsync" : `one in ${op.every} fsyncs`} of ${placeName(op.at)} fail with ${op.error}`;
    case "sync.pass":
      return `let the fsyncs of ${placeName(op.at)} pass again`;
    case "cpu.limit":
      return `leave ${placeName(op.at)} ${op.cpus} processors to share with ${op.workers} busy processes`;
    case "cpu.restore":
      return `end the busy processes beside ${placeName(op.at)} and give it the quota back that it had`;
    case "memory.limit":
      return `limit the memory of ${placeName(op.at)} to what cannot be taken from it and ${formatSize(op.headroomBytes)} of page cache`;
    case "memory.restore":
      return `give ${placeName(op.at)} the memory limit back that it had`;
    case "process.stop":
      return `stop process ${placeName(op.at)}`;
    case "process.continue":
      return `continue process ${placeName(op.at)}`;
    case "process.kill":
      return `kill process ${placeName(op.at)}, again whenever it comes back`;
    case "process.restart":
      return `end process ${placeName(op.at)} once by SIG${op.signal}`;
    case "process.ensure":
      return `wait until process ${placeName(op.at)} runs again (no inverse: its supervisor has to bring it back)`;
  }
}

function disturbance(asked: Disturbance): string {
  switch (asked.kind) {
    case "delay": {
      const [least, most] = [asked.delayMs, asked.delayMs + asked.spreadMs].map(formatDuration);
      return `hold all packets back for ${asked.spreadMs === 0 ? least : `${least} to ${most}`}`;
    }
    case "duplicate":
      return `double ${asked.percent} % of the packets`;
    case "reorder":
      return `hold ${asked.percent} % of the packets back for ${formatDuration(asked.delayMs)}`;
  }
}

function traffic({ percent, protocol, port, flows, from, network }: Traffic): string {
  const share = percent === 100 ? "" : `${percent} % of `;
  const what = protocol === "any" ? "packets" : `${protocol} packets${port === undefined ? "" : ` to port ${port}`}`;
  return `${share}${what}${flows === "new" ? " of new connections" : ""} from ${from.component} over ${network}`;
}
