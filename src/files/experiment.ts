// The experiment file: what it may say, and how an editor explains each field.
import * as z from "zod";
import { Fault } from "../faults/list.ts";
import { Duration } from "../model/duration.ts";
import { Name } from "../model/op.ts";
import { Plane } from "../model/plane.ts";
import { atMost, Line } from "../model/text.ts";
import { Percent } from "../probes/kind.ts";
import { Load } from "./load.ts";

const Instance = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}(@[a-z][a-z0-9-]{0,39})?$/u, { error: 'expected a name such as "put-flag" or "put-flag@app-1"' });

/** "20x" -> 20. */
const Factor = z
  .string()
  .regex(/^\d{1,4}(\.\d+)?x$/u, { error: 'expected a factor such as "20x"' })
  .transform((text) => Number(text.slice(0, -1)))
  .refine((factor) => factor > 1, { error: "a factor is greater than 1" });

const Outage = z
  .strictObject({
    atLeast: Duration.optional().describe("Not shorter than this"),
    atMost: Duration.optional().describe("Not longer than this"),
  })
  .refine(({ atLeast = 0, atMost = Number.POSITIVE_INFINITY }) => atLeast < atMost && (atLeast > 0 || Number.isFinite(atMost)), {
    error: "an outage needs `atLeast`, `atMost` or both, the first less than the second",
  });

export const SymptomLine = z
  .strictObject({
    probe: Instance.describe("The probe that shows it: all its instances, or one such as put-flag@app-1"),
    symptom: z
      .enum(["failing", "slow", "stale", "wrong", "impaired", "none"])
      .describe('What it shows; "impaired" is any of them, "none" is no symptom in the window'),
    atLeast: Factor.optional().describe('Only with "slow": the median grows at least so many times, such as "20x"'),
    within: Duration.optional().describe(
      "The symptom is there at most this long after the start of the fault phase, also where `after` is given",
    ),
    after: Duration.optional().describe("The window begins this long after the fault"),
    before: Duration.optional().describe("The window ends this long after the fault"),
    outage: Outage.optional().describe("How long it lasts, from the first bad sample to the last, measured to two periods of the probe"),
  })
  .refine((line) => line.outage === undefined || line.symptom !== "none", {
    error: '"outage" does not go with "none"',
    path: ["outage"],
  })
  .refine((line) => line.atLeast === undefined || line.symptom === "slow", {
    error: '"atLeast" belongs to the symptom "slow"',
    path: ["atLeast"],
  })
  .refine((line) => line.within === undefined || line.symptom !== "none", {
    error: '"within" does not go with "none": use `after` and `before`',
    path: ["within"],
  })
  .describe("One symptom of one probe; it gets a verdict of its own");
export type SymptomLine = z.output<typeof SymptomLine>;

const Lines = z.array(SymptomLine).min(1).max(50);

/** A list leaves the other probes of the plane free; the mapping with `only: true` forbids them every symptom. */
const PlanePrediction = z
  .union([
    z.literal("unaffected").describe("Nothing changes, and that is proved over the whole fault and recovery"),
    Lines.describe("What the named probes show; other probes of the plane are free"),
    z.strictObject({
      only: z.literal(true).describe("No other probe of the plane shows any symptom"),
      symptoms: Lines.describe("What the named probes show"),
    }),
  ])
  .describe('"unaffected", a list of symptoms, or { only: true, symptoms: [...] }');
export type PlanePrediction = z.output<typeof PlanePrediction>;

const Claims = z.strictObject({
  claims: z.enum(["healthy", "unhealthy", "silent"]).describe("What the signal says, true or not"),
  during: z.enum(["fault", "recovery"]).describe("In which phase"),
  within: Duration.optional().describe("From this long after the start of that phase at the latest; by default from its start"),
});

const component = Name.optional().describe(
  "What the samples name as its place: a service as a whole (not one of its replicas) or one replica; left out: no component is named",
);

const TwoRoots = z
  .array(z.strictObject({ root: Plane.describe("A plane where harm begins"), component }))
  .length(2)
  .refine(([one, other]) => one?.root !== other?.root, { error: "two roots are told apart by their planes: these have the same" });

const Predict = z.strictObject({
  planes: z
    .strictObject({ data: PlanePrediction.optional(), control: PlanePrediction.optional(), management: PlanePrediction.optional() })
    .optional()
    .describe("What each plane shows; a plane that is not named is not predicted"),
  signals: z
    .record(Instance, z.union([Claims, z.array(Claims).min(1).max(10)]))
    .refine(...atMost(200, "signals"))
    .optional()
    .describe("What each signal claims, by name or instance (etcd-health@etcd-1)"),
  recovery: z
    .strictObject({ within: Duration.describe("At most this long after the fault is gone") })
    .optional()
    .describe("Every probe is free of symptoms again"),
  diagnosis: z
    .union([
      z.literal("abstained").describe("The samples do not tell, and the diagnosis says so"),
      z
        .strictObject({ root: z.enum([...Plane.options, "none"]).describe("The plane where the harm begins"), component })
        .refine((one) => one.root !== "none" || one.component === undefined, {
          error: "where nothing begins no component is named",
          path: ["component"],
        }),
      TwoRoots.describe("Two faults at once: exactly these two roots, in any order"),
    ])
    .optional()
    .describe("What a reader of the samples alone concludes: a root, a list of two, or that they do not tell"),
});

const Reason = Line.min(1).max(200);

export const Experiment = z
  .strictObject({
    version: z.literal(1).describe("Version of this format"),
    title: Line.min(1).max(200).describe("The hypothesis in one sentence"),
    target: Line.min(1).max(200).describe("A target by name (targets/<name>/target.yaml), or the path of a target file"),
    variant: Name.optional().describe("A named configuration of the target"),
    tags: z
      .array(Name)
      .max(20)
      .optional()
      .describe('Words to select experiments by (run --tag, plan --tag); "smoke" does not count in the mutation score'),
    load: Load.optional(),
    phases: z
      .strictObject({
        baseline: Duration.describe("How long the target is watched before the fault"),
        fault: Duration.describe("How long the fault lasts"),
        recovery: Duration.describe("How long it is watched after the fault"),
      })
      .describe("The three parts of a run"),
    faults: z.array(Fault).max(30).describe("What is broken; an empty list breaks nothing"),
    predict: Predict.describe("What all three planes, the signals and the diagnosis will show"),
    abort: z
      .array(
        z.strictObject({
          probe: Instance.describe("The probe that is watched"),
          failing: Percent.describe('Share of its samples that fail, such as "50%"'),
          for: Duration.describe("For how long"),
        }),
      )
      .max(20)
      .optional()
      .describe(
        "The run ends, with undo, when one of these is met by an instance of its probe; samples that come late are known only at the deadline",
      ),
    expect: z
      .strictObject({
        verdict: z.enum(["confirmed", "refuted", "inconclusive"]).describe("The verdict that makes this run a success"),
        because: z
          .union([Reason, z.array(Reason).min(1).max(10)])
          .optional()
          .describe(
            "A phrase of the reason, or a list, needed for any verdict but confirmed; each names a probe, a signal or an assumption, and each instance that refutes a line must be covered",
          ),
      })
      .refine(({ verdict, because }) => verdict === "confirmed" || because !== undefined, {
        error: "needs `because`: without a phrase of the reason any broken run would be as expected",
      })
      .optional()
      .describe("The expected verdict; by default confirmed"),
  })
  .describe("A planefault experiment: one hypothesis about what breaks, and what does not");
export type Experiment = z.output<typeof Experiment>;
export type ExperimentSource = z.input<typeof Experiment>;
