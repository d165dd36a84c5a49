// What `conduct` is asked and what it answers.
import type { Difference } from "../model/digest.ts";
import type { Plane } from "../model/plane.ts";
import type { Claim } from "../model/plan.ts";
import type { Phase } from "../model/record.ts";

export interface RunOptions {
  readonly run: string;
  readonly seed: number;
  /** Aborted by the first Ctrl-C: everything is undone, audited and stopped. */
  readonly signal?: AbortSignal;
  /** Leaves the target running. */
  readonly keep?: boolean;
  readonly on?: (event: RunEvent) => void;
}

export interface RunEnd {
  /** "aborted": ended before its time in good order (abort condition, interrupt, no steady baseline). "failed": something did not work. */
  readonly outcome: "completed" | "aborted" | "failed";
  /** Why, where it was not completed. */
  readonly reason: string | undefined;
  readonly errors: readonly RunError[];
  /** State after the run that differs from the state before. */
  readonly leaked: readonly Difference[];
  /** Sentences: what may still be broken because its end was not seen. */
  readonly undoNotProved: readonly string[];
  /** The target is gone, and with it whatever was done to its components. */
  readonly removed: boolean;
  /** Logs of the components, by name. */
  readonly logs: Readonly<Record<string, string>>;
}

export interface RunError {
  readonly phase: Phase;
  /** A code of PlanefaultError, "unsteady-baseline", or "crash" for a programmer error. */
  readonly code: string;
  readonly message: string;
}

/** For whoever watches. Times are milliseconds since the start of the run. */
export type RunEvent =
  | {
      readonly type: "phase";
      readonly atMs: number;
      readonly phase: Phase;
      readonly edge: "begin" | "end";
      readonly lengthMs: number | undefined;
    }
  | { readonly type: "step"; readonly atMs: number; readonly text: string }
  | { readonly type: "fired" | "undone"; readonly atMs: number; readonly change: string; readonly answer: "done" | "lost" | "refused" }
  | {
      readonly type: "lanes";
      readonly atMs: number;
      readonly probes: readonly LaneBucket[];
      readonly signals: readonly { readonly instance: string; readonly claim: Claim }[];
    }
  | { readonly type: "problem"; readonly atMs: number; readonly phase: Phase; readonly message: string };

/** The samples of one instance that arrived since the last event. */
export interface LaneBucket {
  readonly plane: Plane;
  readonly instance: string;
  readonly good: number;
  readonly bad: number;
  readonly missed: number;
  /** Over the samples that were not missed; undefined where there was none. */
  readonly medianMs: number | undefined;
  readonly worstMs: number | undefined;
}
