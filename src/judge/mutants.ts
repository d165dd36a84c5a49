// Each prediction, bent so that it should no longer hold. What the samples confirm however it is bent says nothing about the system; that they refute its mere complement says nothing either.
import { type Outage, outageWords } from "../model/outage.ts";
import type { Claim, Plan, Prediction, Root } from "../model/plan.ts";
import { planes } from "../model/plane.ts";
import type { MutantVerdict } from "../model/verdict.ts";

export interface Mutant {
  /** Place of the prediction that it was made from. */
  readonly index: number;
  /** What was bent, for people: "unaffected -> impaired". */
  readonly change: string;
  readonly role: Exclude<MutantVerdict["role"], "decisive">;
  readonly prediction: Prediction;
}

type Of<Kind extends Prediction["kind"]> = Extract<Prediction, { kind: Kind }>;
type Bent = readonly [change: string, prediction: Prediction, role?: Mutant["role"]];

const claims: readonly Claim[] = ["healthy", "unhealthy", "silent"];

export const mutantsOf = (plan: Plan): readonly Mutant[] =>
  plan.predictions.flatMap((prediction, index) =>
    bend(prediction, plan).map(([change, bent, role = "complement"]) => ({ index, change, role, prediction: bent })),
  );

function bend(prediction: Prediction, plan: Plan): readonly Bent[] {
  switch (prediction.kind) {
    case "unaffected":
      return [["unaffected -> impaired", impaired(prediction)]];
    case "symptom":
      return bendSymptom(prediction);
    case "only":
      return [["the listed probes -> none", { ...prediction, instances: [] }]];
    case "claims":
      return [
        ...claims
          .filter((claim) => claim !== prediction.claims)
          .map((claim): Bent => [`${prediction.claims} -> ${claim}`, { ...prediction, claims: claim }]),
        ...afterwards(prediction),
        ...halved(prediction),
      ];
    case "recovery":
      return halved(prediction);
    case "thresholds":
      return [[prediction.hold ? "hold -> crossed" : "crossed -> hold", { ...prediction, hold: !prediction.hold }]];
    case "diagnosis":
      return bendDiagnosis(prediction, plan);
  }
}

const impaired = ({ id, sentence, plane, instances }: Of<"unaffected">): Prediction => ({
  kind: "symptom",
  id,
  sentence,
  plane,
  instances,
  symptom: "impaired",
  atLeast: undefined,
  withinMs: undefined,
  afterMs: undefined,
  beforeMs: undefined,
});

function bendSymptom(prediction: Of<"symptom">): readonly Bent[] {
  if (prediction.symptom === "none") return [["no symptom -> impaired", { ...prediction, symptom: "impaired" }]];
  return [
    [`${prediction.symptom} -> no symptom`, { ...prediction, symptom: "none", atLeast: undefined, withinMs: undefined, outage: undefined }],
    ...(prediction.atLeast === undefined ? [] : [["factor x 10", { ...prediction, atLeast: 10 * prediction.atLeast }, "bent"] as const]),
    ...halved(prediction),
    ...movedOutage(prediction),
  ];
}

/** A lie that goes on when all is well again is none about the fault; health is claimed then in any case. */
const afterwards = (prediction: Of<"claims">): readonly Bent[] =>
  prediction.claims === "healthy" || prediction.during === "recovery"
    ? []
    : [["during the fault -> the recovery", { ...prediction, during: "recovery" }, "bent"]];

/** The predicted length is moved to what lies above and to what lies below it. */
const movedOutage = (prediction: Of<"symptom">): readonly Bent[] => {
  const { atLeastMs = 0, atMostMs } = prediction.outage ?? {};
  const bent = (outage: Outage): Bent => [`outage -> ${outageWords(outage)}`, { ...prediction, outage }, "bent"];
  return [
    ...(atMostMs === undefined ? [] : [bent({ atLeastMs: atMostMs, atMostMs: undefined })]),
    ...(atLeastMs === 0 ? [] : [bent({ atLeastMs: 0, atMostMs: atLeastMs })]),
  ];
};

const halved = (prediction: Of<"symptom" | "claims" | "recovery">): readonly Bent[] =>
  prediction.withinMs === undefined ? [] : [["time halved", { ...prediction, withinMs: prediction.withinMs / 2 }, "bent"]];

function bendDiagnosis(prediction: Of<"diagnosis">, plan: Plan): readonly Bent[] {
  const { root, component, second } = prediction;
  if (root === "abstained") return [...planes, "none" as const].map((other) => [`abstained -> ${other}`, { ...prediction, root: other }]);
  const first: readonly Bent[] = [...planes, "none" as const, "abstained" as const]
    .filter((other) => other !== root && other !== second?.root)
    .map((other) => [`root ${root} -> ${other}`, { ...prediction, root: other }]);
  if (root === "none") return first;
  const inFirst = elsewhere({ root, component }, second !== undefined, plan, (other) => ({ ...prediction, component: other }));
  if (second === undefined) return [...first, ...inFirst];
  return [
    ...first,
    ...inFirst,
    [`without ${second.root}`, { ...prediction, second: undefined }],
    [`without ${root}`, { ...prediction, ...second, second: undefined }],
    ...elsewhere(second, true, plan, (other) => ({ ...prediction, second: { ...second, component: other } })),
  ];
}

/** Another component than the predicted one: none, another service, or of its own service the whole and each replica. */
function elsewhere(
  { root, component }: Root,
  isOneOfTwo: boolean,
  { stack: { components } }: Plan,
  bent: (other: string | undefined) => Prediction,
): readonly Bent[] {
  const own = components.find(({ name, service }) => name === component || service === component)?.service;
  const names = components.flatMap(({ name, service }) => (service === own ? [service, name] : [service]));
  const said = component === undefined ? `no component${isOneOfTwo ? ` of ${root}` : ""}` : `component ${component}`;
  return [undefined, ...new Set(names)]
    .filter((other) => other !== component)
    .map((other) => [`${said} -> ${other ?? "no component"}`, bent(other)]);
}
