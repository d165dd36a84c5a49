// Limits what leaves by an interface with a token bucket (tbf) of ours, and takes it away again.
import type { ArmedChange } from "../model/identity.ts";
import type { Executor } from "./executor.ts";
import { OwnQueue } from "./own-queue.ts";
import { queue } from "./queue.ts";

const root = { kind: "tbf", handle: "7bf1:" } as const;

export function rateLimit(armed: ArmedChange, bitsPerSecond: number): Executor {
  const own = new OwnQueue(armed, root);
  const { burstBytes, latencyMs } = queue(bitsPerSecond);
  return {
    check: () => own.check(),
    apply: async () => {
      await own.put(
        `qdisc add dev ${own.link.interface} root handle ${root.handle} tbf rate ${bitsPerSecond}bit burst ${burstBytes} latency ${latencyMs}ms`,
      );
      own.keepLength();
    },
    undo: async () => {
      own.reopen();
      await own.remove();
    },
    close: () => own.close(),
  };
}
