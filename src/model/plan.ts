// What a run will do, as data: printed by `plan`, carried out by `run`, kept in the journal and read again by `judge`.
import type { Expectation } from "./expectation.ts";
import type { Load } from "./load.ts";
import type { Change } from "./op.ts";
import type { Outage } from "./outage.ts";
import type { Plane } from "./plane.ts";
import type { ProbeInstance, SignalInstance } from "./probe.ts";
import type { Stack } from "./stack.ts";
import type { Witness } from "./witness.ts";

export interface Plan {
  readonly version: 1;
  readonly title: string;
  /** The experiment file as the user named it. */
  readonly file: string;
  readonly stack: Stack;
  readonly phases: { readonly baselineMs: number; readonly faultMs: number; readonly recoveryMs: number };
  readonly faults: readonly { readonly kind: string; readonly sentence: string }[];
  readonly changes: readonly Change[];
  readonly witnesses: readonly Witness[];
  readonly probes: readonly ProbeInstance[];
  readonly signals: readonly SignalInstance[];
  readonly load?: Load | undefined;
  readonly predictions: readonly Prediction[];
  readonly aborts: readonly AbortCondition[];
  readonly expect: Expectation;
  readonly budget: readonly Budget[];
  readonly needs: readonly Need[];
  readonly warnings: readonly string[];
  /** Only looks whether anything burns: its predictions need not be able to fail. */
  readonly smoke: boolean;
  /** Probability of a false verdict that each prediction may have. */
  readonly alpha: number;
}

/** What the machine must be able to do. */
export type Need = "nft" | "cgroup-disk" | "cgroup-cpu" | "cgroup-memory" | "trace" | "signals" | "tbf" | "netem";

export type Symptom = "failing" | "slow" | "stale" | "wrong";

/** Times are milliseconds after the start of the fault phase. Each line of the file is one prediction, with its own verdict. */
export type Prediction = PredictionBase &
  (
    | { readonly kind: "unaffected"; readonly plane: Plane; readonly instances: readonly string[] }
    | {
        readonly kind: "symptom";
        readonly plane: Plane;
        readonly instances: readonly string[];
        /** "none": no symptom in the window `afterMs`..`beforeMs`. */
        readonly symptom: Symptom | "impaired" | "none";
        readonly atLeast: number | undefined;
        readonly withinMs: number | undefined;
        readonly afterMs: number | undefined;
        readonly beforeMs: number | undefined;
        /** How long it lasts. */
        readonly outage?: Outage | undefined;
      }
    /** `only: true`: no instance of the plane but those listed shows a symptom. */
    | { readonly kind: "only"; readonly plane: Plane; readonly instances: readonly string[] }
    | {
        readonly kind: "claims";
        readonly instances: readonly string[];
        readonly claims: Claim;
        readonly during: "fault" | "recovery";
        readonly withinMs: number | undefined;
      }
    /** Every instance is free of symptoms at most `withinMs` after the fault was undone. */
    | { readonly kind: "recovery"; readonly withinMs: number; readonly instances: readonly string[] }
    /** Every threshold of the load's own script holds; each gets a line of its own in the verdict. */
    | { readonly kind: "thresholds"; readonly hold: boolean }
    | {
        readonly kind: "diagnosis";
        readonly root: Plane | "none" | "abstained";
        readonly component: string | undefined;
        /** A second root, of another plane; the order means nothing. */
        readonly second?: Root | undefined;
      }
  );

/** Where harm begins: a plane and, where it can be told, a component. */
export interface Root {
  readonly root: Plane;
  readonly component: string | undefined;
}

interface PredictionBase {
  /** Stable and readable: "data unaffected", "put-flag slow". */
  readonly id: string;
  /** "writes through put-flag become slow, at least 20x, within 5s" */
  readonly sentence: string;
}

export type Claim = "healthy" | "unhealthy" | "silent";

export interface AbortCondition {
  readonly instances: readonly string[];
  /** Share of bad samples, 0..1, over the last `forMs`. */
  readonly failing: number;
  readonly forMs: number;
}

/** Blocks that a prediction needs to be decided, against the blocks that the phases give. */
export interface Budget {
  readonly prediction: string;
  readonly instance: string;
  readonly needed: number;
  readonly available: number;
}
