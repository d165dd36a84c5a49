// What the judge found, complete enough that the report computes nothing.
import type { Expectation } from "./expectation.ts";
import type { Claim, Root, Symptom } from "./plan.ts";
import type { Plane } from "./plane.ts";

export type Outcome = "confirmed" | "refuted" | "inconclusive";

export interface Verdict {
  readonly outcome: Outcome;
  /** One sentence: the first broken assumption, the first refuted prediction, or what was confirmed. */
  readonly reason: string;
  readonly expected: Expectation;
  readonly asExpected: boolean;
  /** Something may still be broken: the state after differs from the state before, or an undo was not proved. */
  readonly leaks: readonly string[];
  readonly assumptions: readonly Assumption[];
  readonly predictions: readonly PredictionVerdict[];
  readonly planes: readonly PlaneRow[];
  readonly probes: readonly ProbeFinding[];
  readonly signals: readonly SignalFinding[];
  readonly witnesses: readonly WitnessFinding[];
  readonly diagnosis: Diagnosis;
  readonly evidence: readonly { readonly component: string; readonly name: string; readonly baseline: number; readonly fault: number }[];
  readonly errors: Errors;
}

/** Probabilities. What signals claimed, the witness of a disk, the diagnosis and the moment of an onset (`within`) are counted or measured, not tested, and have no such bound. */
export interface Errors {
  readonly alpha: number;
  /** Of all bounds that are taken from baselines. */
  readonly baselineDelta: number;
  /** That the verdict is "confirmed" though a prediction does not hold: all must be confirmed, so it needs no more than one alpha. */
  readonly falselyConfirmed: number;
  /** That it is "refuted" though all hold: any test may do it, so their alphas add up. */
  readonly falselyRefuted: number;
}

/** In the order in which they are looked at; "load-ran" where k6 makes load. */
export const assumptionNames = [
  "completed",
  "steady-baseline",
  "baseline-too-weak",
  "enough-samples",
  "prober-starved",
  "fault-acted",
  "fault-gone",
  "no-bystander-harm",
  "no-foreign-change",
  "load-ran",
] as const;

export interface Assumption {
  readonly name: (typeof assumptionNames)[number] | "judge-crashed";
  readonly held: boolean;
  readonly detail: string;
}

export interface PredictionVerdict {
  readonly id: string;
  readonly sentence: string;
  readonly plane: Plane | undefined;
  readonly outcome: Outcome;
  readonly observed: string;
  readonly evidence: string;
}

export interface PlaneRow {
  readonly plane: Plane;
  readonly predicted: string;
  readonly observed: string;
  readonly evidence: string;
  readonly outcome: Outcome | "not predicted";
}

/** Times are milliseconds since the start of the run; `onset` and `end` are intervals one probe period wide. */
export interface ProbeFinding {
  readonly instance: string;
  readonly plane: Plane;
  readonly symptoms: readonly {
    readonly symptom: Symptom;
    readonly calledAt: number;
    readonly windowsMs: readonly (readonly [number, number])[];
  }[];
  /** One after another: several faults of one experiment may each bring their own. */
  readonly outages: readonly {
    readonly onset: readonly [number, number];
    readonly end: readonly [number, number] | undefined;
    readonly badSamples: number;
  }[];
  readonly baseline: SpanStats;
  readonly fault: SpanStats;
  readonly recovery: SpanStats;
  /** Median of the fault span over the upper bound of the baseline's median. */
  readonly slowdown: number | undefined;
}

export interface SpanStats {
  readonly samples: number;
  readonly missed: number;
  readonly bad: number;
  readonly medianMs: number | undefined;
  readonly p99Ms: number | undefined;
}

export interface SignalFinding {
  readonly instance: string;
  /** Readings per claim in the fault span. */
  readonly claims: Readonly<Record<Claim, number>>;
  /** False: it was ill or silent already before the fault, so what it claimed afterwards is neither sign nor lie. */
  readonly wasWell: boolean;
  /** Milliseconds during which it claimed health while those were impaired for whom it answers (`judge/answers-for.ts`). */
  readonly falseGreenMs: number;
  /** The one that was impaired meanwhile, the longest one of several. */
  readonly lieAbout: Plane | undefined;
  /** Milliseconds during which it claimed to be unhealthy while nothing was impaired of which it speaks. */
  readonly falseRedMs: number;
  /** The plane that was impaired meanwhile all the same: whoever cannot see claims that what he looks at is ill. */
  readonly redBeside: "management" | undefined;
}

export interface WitnessFinding {
  readonly witness: string;
  readonly sentence: string;
  readonly acted: boolean;
  readonly gone: boolean;
}

export interface Diagnosis {
  /** Two where two planes fail independently of each other; none where nothing happened or it abstained. */
  readonly roots: readonly Root[];
  /** Why it abstained; undefined: it did not. */
  readonly abstained: string | undefined;
  readonly rows: readonly string[];
}

/** What became of a prediction that was bent, or held against another world, so that it should no longer hold. */
export interface MutantVerdict {
  readonly change: string;
  /**
   * "complement": cannot hold beside the prediction, so that its refutation shows nothing. "bent": demands something else, refuted it shows that the prediction can fail.
   * "decisive": the same, and while it is confirmed the prediction cannot fail.
   */
  readonly role: "complement" | "bent" | "decisive";
  readonly outcome: Outcome;
  readonly observed: string;
}

export interface PredictionMutation {
  readonly id: string;
  /** Of the prediction as it stands in the file. */
  readonly outcome: Outcome;
  readonly mutants: readonly MutantVerdict[];
  /** A mutant that is no complement was refuted, and none survived. */
  readonly canFail: boolean;
}
