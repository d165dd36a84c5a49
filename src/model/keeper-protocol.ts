// What harness and keeper say to each other: NDJSON on an attached stream, as with the agent. Types only.
import type { ArmedChange } from "./identity.ts";

type KeeperCommand =
  /** After so long without a word the keeper undoes what is leased and ends. */
  | { readonly do: "hello"; readonly silenceMs: number }
  | { readonly do: "ping" }
  /** Answered when the undo is on the keeper's disk. Taken shortly before the shot, whatever the plan's `startMs`: the lease runs from now for `forMs`, with a margin for what is left until the shot. */
  | { readonly do: "lease"; readonly armed: ArmedChange; readonly forMs: number }
  | { readonly do: "release"; readonly change: string }
  /** Ends the keeper; what is still leased is undone first, as at end of input. */
  | { readonly do: "bye" };

export type KeeperRequest = KeeperCommand & { readonly id: number };

/** One line of the ledger. */
export type LedgerEntry =
  | { readonly version: 1; readonly entry: "lease"; readonly armed: ArmedChange }
  | { readonly version: 1; readonly entry: "release"; readonly change: string };
