// The closed vocabulary of changes to the world. Data only: the plan prints ops, arming binds them, agent and simulator run them, the keeper undoes them.
import * as z from "zod";

export const Name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/u, { error: "expected a name of small letters, digits and dashes" });

/** Whom an op touches, by name: pids, addresses and devices are not known before the target runs. `component` is one replica ("etcd-1") or a vantage. */
export const Place = z.strictObject({ component: Name, process: Name.optional() });
export type Place = z.output<typeof Place>;

/** "etcd-1", "etcd-1/etcd" */
export const placeName = ({ component, process }: Place): string => (process === undefined ? component : `${component}/${process}`);

/** Packets that arrive at a place from one peer. `port` is the destination port at the place. */
export const Traffic = z.strictObject({
  from: Place,
  network: Name,
  protocol: z.enum(["any", "tcp", "udp"]),
  port: z.int().min(1).max(65_535).optional(),
  flows: z.enum(["all", "new"]),
  action: z.enum(["drop", "reject"]),
  percent: z.number().min(1).max(100),
});
export type Traffic = z.output<typeof Traffic>;

/** The link goes down for `downMs` and up for `upMs`, again and again, until it is undone. */
export const Flap = z.strictObject({ downMs: z.number().positive(), upMs: z.number().positive() });
export type Flap = z.output<typeof Flap>;

const Percent = z.number().min(1).max(100);

/** What packets suffer on their way out of an interface. */
export const Disturbance = z.discriminatedUnion("kind", [
  /** Each waits for a time of its own, evenly spread from `delayMs` to `delayMs + spreadMs`. */
  z.strictObject({ kind: z.literal("delay"), delayMs: z.number().nonnegative(), spreadMs: z.number().nonnegative() }),
  /** So many of a hundred leave twice. */
  z.strictObject({ kind: z.literal("duplicate"), percent: Percent }),
  /** So many of a hundred are held back for `delayMs`, and those behind overtake them. */
  z.strictObject({ kind: z.literal("reorder"), percent: Percent, delayMs: z.number().positive() }),
]);
export type Disturbance = z.output<typeof Disturbance>;

/** No packet is held back for longer. */
export const waitMsOf = (disturbance: Disturbance): number =>
  disturbance.kind === "duplicate" ? 0 : disturbance.delayMs + (disturbance.kind === "delay" ? disturbance.spreadMs : 0);

/** What a disk says that is broken, or full. */
export const syncErrors = ["EIO", "ENOSPC"] as const;

export const Op = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("packets.block"), at: Place, traffic: Traffic }),
  z.strictObject({ op: z.literal("packets.pass"), at: Place, traffic: Traffic }),
  z.strictObject({ op: z.literal("disk.limit"), at: Place, volume: Name, writeIops: z.int().positive() }),
  z.strictObject({ op: z.literal("disk.restore"), at: Place, volume: Name }),
  z.strictObject({ op: z.literal("link.down"), at: Place, network: Name, flap: Flap.optional() }),
  z.strictObject({ op: z.literal("link.up"), at: Place, network: Name }),
  /** Of all that leaves by the interface. */
  z.strictObject({ op: z.literal("rate.limit"), at: Place, network: Name, bitsPerSecond: z.int().positive() }),
  z.strictObject({ op: z.literal("rate.restore"), at: Place, network: Name }),
  /** Of all that leaves by the interface for one of the peers, and of nothing else. */
  z.strictObject({ op: z.literal("packets.disturb"), at: Place, network: Name, to: z.array(Place).min(1), disturbance: Disturbance }),
  z.strictObject({ op: z.literal("packets.settle"), at: Place, network: Name }),
  /** Each fsync and fdatasync of the process begins so much later; `sync.fail`: every n-th of a thread ends with the error, and nothing is synced. */
  z.strictObject({ op: z.literal("sync.delay"), at: Place, delayMs: z.int().positive() }),
  z.strictObject({ op: z.literal("sync.fail"), at: Place, error: z.enum(syncErrors), every: z.int().positive() }),
  z.strictObject({ op: z.literal("sync.pass"), at: Place }),
  /** The process' group shares so much processor time with that many busy processes of ours. */
  z.strictObject({ op: z.literal("cpu.limit"), at: Place, cpus: z.number().positive(), workers: z.int().positive() }),
  z.strictObject({ op: z.literal("cpu.restore"), at: Place }),
  /** The component keeps what cannot be taken from it, which may grow, and so much page cache. */
  z.strictObject({ op: z.literal("memory.limit"), at: Place, headroomBytes: z.int().positive() }),
  z.strictObject({ op: z.literal("memory.restore"), at: Place }),
  z.strictObject({ op: z.literal("process.stop"), at: Place }),
  z.strictObject({ op: z.literal("process.continue"), at: Place }),
  z.strictObject({ op: z.literal("process.kill"), at: Place }),
  z.strictObject({ op: z.literal("process.restart"), at: Place, signal: z.enum(["TERM", "KILL"]) }),
  z.strictObject({ op: z.literal("process.ensure"), at: Place }),
]);
export type Op = z.output<typeof Op>;

/** Who ends a change when the harness cannot. */
export const Holder = z.enum(["kernel", "agent", "keeper"]);
export type Holder = z.output<typeof Holder>;

/** One op with the op that ends it: the ledger gets `undo` before `apply` is sent. Times are milliseconds after the start of the fault phase. */
export const Change = z.strictObject({
  id: z.string(),
  fault: z.int().nonnegative(),
  apply: Op,
  undo: Op,
  holder: Holder,
  startMs: z.number().nonnegative(),
  endMs: z.number().positive(),
  leaseMs: z.number().positive(),
});
export type Change = z.output<typeof Change>;

/** Nobody but a process inside its network namespace changes a link: its agent ends such a change, or that one's standby. */
export const isOfLink = ({ undo }: Pick<Change, "undo">): boolean =>
  undo.op === "link.up" || undo.op === "rate.restore" || undo.op === "packets.settle";

/** A lease is taken no earlier than this before the shot from which it counts; whoever holds it adds as much. */
export const leaseAheadMs = 1_000;
