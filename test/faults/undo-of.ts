// Every op that begins a change, with the op that ends it. An op that stands on neither side does not compile.
import type { Op } from "../../src/model/op.ts";

type Ending =
  | "packets.pass"
  | "disk.restore"
  | "link.up"
  | "rate.restore"
  | "packets.settle"
  | "sync.pass"
  | "cpu.restore"
  | "memory.restore"
  | "process.continue"
  | "process.ensure";

export const undoOf: Readonly<Record<Exclude<Op["op"], Ending>, Ending>> = {
  "packets.block": "packets.pass",
  "disk.limit": "disk.restore",
  "link.down": "link.up",
  "rate.limit": "rate.restore",
  "packets.disturb": "packets.settle",
  "sync.delay": "sync.pass",
  "sync.fail": "sync.pass",
  "cpu.limit": "cpu.restore",
  "memory.limit": "memory.restore",
  "process.stop": "process.continue",
  "process.kill": "process.ensure",
  "process.restart": "process.ensure",
};
