// Disturbs what leaves by an interface for chosen peers with a netem of ours behind a filter, and takes it away again once its queue is empty.
import type { ArmedChange } from "../model/identity.ts";
import type { Op } from "../model/op.ts";
import { canaryPorts } from "./canary-port.ts";
import type { Executor } from "./executor.ts";
import { calmLines, disturbLines, netemHandle, peersFilter, root, waitMsOf } from "./netem-text.ts";
import { OwnQueue } from "./own-queue.ts";
import { poll } from "./poll.ts";

type DisturbOp = Extract<Op, { readonly op: "packets.disturb" }>;

/** Longer than the longest packet may wait (faults/wait.ts). */
export const drainDeadlineMs = 1_200;
const drainLooksMs = 20;

export function disturb(armed: ArmedChange, op: DisturbOp): Executor {
  const peers = peersOf(armed, op);
  const own = new OwnQueue(armed, root);
  const { interface: name } = own.link;
  const [rootLine, ...lines] = disturbLines(name, op.disturbance, peers, canaryPorts(armed.change.id).canary);
  // Until then the packets that wait in the root are those in the netem: the other band passes on what it gets.
  const isEmpty = async (): Promise<boolean> => (await own.ask(`qdisc show dev ${name}`, / backlog \S+ (\d+)p /u))[1] === "0";
  return {
    check: () => own.check(),
    apply: async () => {
      // Alone, since every line after it would complain, too.
      await own.put(rootLine);
      own.write(lines);
      await own.ask(`qdisc show dev ${name}`, new RegExp(`^qdisc netem ${netemHandle} `, "u"));
      await own.ask(`filter show dev ${name} parent ${root.handle}`, peersFilter);
    },
    undo: async () => {
      own.reopen();
      own.write(calmLines(name));
      // What waits was sent while the fault acted: it arrives late or twice, but it is not lost. A queue that does not empty goes with all that is in it.
      if (waitMsOf(op.disturbance) > 0) await poll("the queue to empty", drainDeadlineMs, isEmpty, drainLooksMs).catch(() => undefined);
      await own.remove();
    },
    close: () => own.close(),
  };
}

function peersOf({ change, peers = [] }: ArmedChange, { to, network }: DisturbOp): readonly string[] {
  const addresses = peers.flatMap((peer) => peer.addresses[network] ?? []);
  if (addresses.length !== to.length)
    throw new Error(`${change.id} has ${addresses.length} addresses on network ${network} for ${to.length} peers`);
  return addresses;
}
