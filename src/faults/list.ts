// Every fault kind. To add one: write its file, add one line here.
import * as z from "zod";
import { cpuPressure } from "./cpu-pressure.ts";
import { diskDelay } from "./disk-delay.ts";
import { diskError } from "./disk-error.ts";
import { diskThrottle } from "./disk-throttle.ts";
import { dnsBlock } from "./dns-block.ts";
import { linkDown } from "./link-down.ts";
import { linkFlap } from "./link-flap.ts";
import { memoryPressure } from "./memory-pressure.ts";
import { netDelay } from "./net-delay.ts";
import { netDuplicate } from "./net-duplicate.ts";
import { netJitter } from "./net-jitter.ts";
import { netLoss } from "./net-loss.ts";
import { netPartition } from "./net-partition.ts";
import { netRate } from "./net-rate.ts";
import { netReorder } from "./net-reorder.ts";
import { noop } from "./noop.ts";
import { portBlock } from "./port-block.ts";
import { processKill } from "./process-kill.ts";
import { processPause } from "./process-pause.ts";
import { processRestart } from "./process-restart.ts";
import { sshBlock } from "./ssh-block.ts";

export const faults = [
  noop,
  netLoss,
  netPartition,
  netRate,
  netDelay,
  netJitter,
  netDuplicate,
  netReorder,
  linkDown,
  linkFlap,
  portBlock,
  sshBlock,
  dnsBlock,
  diskThrottle,
  diskDelay,
  diskError,
  cpuPressure,
  memoryPressure,
  processPause,
  processKill,
  processRestart,
] as const;
const [first, ...rest] = faults;
export const Fault = z.discriminatedUnion("kind", [first.schema, ...rest.map((fault) => fault.schema)]);
export type Fault = z.output<typeof Fault>;
