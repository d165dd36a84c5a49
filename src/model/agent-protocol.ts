// What harness and agent say to each other: NDJSON on an attached stream. Types only, so that the agent needs no package for its op path.
// Clock: `originNs` in `hello` is the agent's monotonic reading (nanoseconds, as text) of the run's offset 0; all `at` are milliseconds after it.
import type { ArmedChange } from "./identity.ts";
import type { ProbeInstance, SignalInstance } from "./probe.ts";
import type { JournalRecord } from "./record.ts";
import type { Witness } from "./witness.ts";

/** component -> network -> IPv4 address, bound when armed. */
export type Addresses = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Command =
  | { readonly do: "hello"; readonly originNs: string; readonly heartbeatMs: number }
  | { readonly do: "ping" }
  /** Opens nft with table and empty sets, binds pids or limit files. `table` is this run's own name. */
  | { readonly do: "arm"; readonly armed: ArmedChange; readonly table: string }
  | { readonly do: "fire"; readonly change: string; readonly atMs: number }
  | { readonly do: "undo"; readonly change: string }
  | { readonly do: "probe"; readonly probes: readonly ProbeInstance[]; readonly signals: readonly SignalInstance[]; readonly addresses: Addresses; readonly sshKey: string | undefined; readonly vantage: string; readonly seed: number }
  /** role "answer": open the canary port or measure here; role "send": the packets witness' sending end. */
  | { readonly do: "witness"; readonly witness: Witness; readonly role: "answer" | "send"; readonly addresses: Addresses; readonly armed: readonly ArmedChange[]; readonly everyMs: number }
  | { readonly do: "evidence"; readonly component: string; readonly everyMs: number }
  | { readonly do: "quiet" }
  | { readonly do: "digest" }
  /** Runs argv in the agent's container (its namespaces are the component's) and returns its output. */
  | { readonly do: "bye" };

export type Request = Command & { readonly id: number };

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value?: unknown }
  | { readonly id: number; readonly ok: false; readonly error: string };

export type Event = { readonly event: "record"; readonly record: JournalRecord } | { readonly event: "log"; readonly text: string };
