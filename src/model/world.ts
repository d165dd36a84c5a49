// The one port to the outside. `run` knows this interface only; drivers/docker and drivers/sim implement it.
// Order of calls: start, digest, arm, observe, lease+fire per change, undo per change, stopObserving, disarm, digest, stop. Every call has its own deadline inside the driver.
import type { Digest } from "./digest.ts";
import type { ArmedChange } from "./identity.ts";
import type { Plan } from "./plan.ts";
import type { JournalRecord } from "./record.ts";
import type { Stack } from "./stack.ts";

export interface World {
  /** "docker" or "sim": goes into the journal. */
  readonly kind: string;
  /** Starts the target (or proves that the running one is the same and clean) and brings its roles about. A driver that heeds `signal` rejects early; `stop` follows in any case. */
  start(stack: Stack, progress: (step: string) => void, signal?: AbortSignal): Promise<void>;
  /** Links, routes, qdiscs, own tables, limits, processes of each component; containers, networks and volumes of this run. */
  digest(): Promise<Digest>;
  /** Agents join the namespaces that the changes and witnesses need; tables, pipes and handles are opened. Nothing acts yet. */
  arm(plan: Plan): Promise<readonly ArmedChange[]>;
  /** Probes, signals, witnesses, twins and evidence start; what they see arrives at `sink` until `stopObserving`. An `error` record says that the world can no longer be trusted: the fault phase ends. */
  observe(sink: (record: JournalRecord) => void): Promise<void>;
  /** The keeper has the undo on its disk when this resolves. */
  lease(change: string): Promise<void>;
  /** Schedules the op at an instant of the run's clock and resolves when it was carried out (or refused). */
  fire(change: string, atMs: number): Promise<Answer>;
  undo(change: string): Promise<Answer>;
  /** The keeper forgets the change. */
  release(change: string): Promise<void>;
  stopObserving(): Promise<void>;
  /** Agents, tables and handles go; the target stays. */
  disarm(): Promise<void>;
  /** Logs of the components, by name, for the report. */
  logs(): Promise<Readonly<Record<string, string>>>;
  stop(): Promise<void>;
}

/** "lost": no answer came, so the op counts as applied. "refused": the identity had changed or the kernel said no; what had been applied half way was taken back, which the undo that follows has to prove. */
export type Answer =
  | { readonly answer: "done"; readonly doneAt: number }
  | { readonly answer: "lost"; readonly detail: string }
  | { readonly answer: "refused"; readonly detail: string };
