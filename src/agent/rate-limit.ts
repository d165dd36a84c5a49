// Limits what leaves by an interface with a token bucket (tbf) of ours, and takes it away again; the kernel then puts its own default queue back.
import { queue } from "./queue.ts";
import type { ArmedChange } from "../model/identity.ts";
import { Batch } from "./batch.ts";
import type { Executor } from "./executor.ts";
import { checkLink, queueLength } from "./link.ts";
import { poll } from "./poll.ts";

export const rateDeadlineMs = 2_000;
/** Of ours and of nobody else: the undo deletes this one only. */
const handle = "7bf1:";

export function rateLimit(armed: ArmedChange, bitsPerSecond: number): Executor {
  const { link } = armed.at;
  if (!link) throw new Error(`${armed.change.id} was armed without an interface`);
  if (!link.qdisc.endsWith(" 0:"))
    throw new Error(
      `${link.interface} has a queue of somebody's own (${link.qdisc}), which is not replaced: only the kernel's default comes back by itself`,
    );
  let tools = openTools();
  const { burstBytes, latencyMs } = queue(bitsPerSecond);
  const remove = `qdisc del dev ${link.interface} root handle ${handle}`;
  const keepLength = `link set dev ${link.interface} txqueuelen ${link.queueLength}`;
  const seen = async (wanted: boolean): Promise<void> => {
    const { tc } = tools;
    const isSo = async (): Promise<boolean> => {
      const [, kind, found] = await tc.ask(`qdisc show dev ${link.interface}`, /^qdisc (\S+) (\S+) root /u);
      return (kind === "tbf" && found === handle) === wanted;
    };
    const what = `${wanted ? "no limit of ours" : "still a limit of ours"} on ${link.interface}`;
    await poll(what, rateDeadlineMs, isSo).catch((error: unknown) => {
      throw new Error(tc.complaint === "" ? what : `${what}: ${tc.complaint}`, { cause: error });
    });
  };
  return {
    check: () => {
      checkLink(link);
      const length = queueLength(link.interface);
      if (length !== link.queueLength)
        throw new Error(`somebody else has given ${link.interface} a queue: its length is ${length}, armed was ${link.queueLength}`);
    },
    apply: async () => {
      // `add` is refused where anything but the default is there by now.
      tools.tc.write([
        `qdisc add dev ${link.interface} root handle ${handle} tbf rate ${bitsPerSecond}bit burst ${burstBytes} latency ${latencyMs}ms`,
      ]);
      await seen(true);
      tools.ip.write([keepLength]);
    },
    undo: async () => {
      checkLink(link);
      if (tools.tc.ended !== undefined || tools.ip.ended !== undefined) tools = openTools();
      tools.tc.write([remove]);
      tools.ip.write([keepLength]);
      // Whatever else is there by now is not ours; the digest tells.
      await seen(false);
      await poll(
        `txqueuelen ${link.queueLength} of ${link.interface}`,
        rateDeadlineMs,
        () => queueLength(link.interface) === link.queueLength,
      );
    },
    close: async () => void (await Promise.all([tools.tc.close(), tools.ip.close()])),
  };
}

const openTools = () => ({ tc: new Batch("tc"), ip: new Batch("ip") });
