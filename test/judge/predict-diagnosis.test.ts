import { expect } from "chai";
import { judgeDiagnosis, type PredictedDiagnosis } from "../../src/judge/predict-diagnosis.ts";
import { mutantsOf } from "../../src/judge/mutants.ts";
import type { Root } from "../../src/model/plan.ts";
import type { Diagnosis } from "../../src/model/verdict.ts";
import { diskPressure } from "./journal-builder.ts";

const root = (plane: Root["root"], component?: string): Root => ({ root: plane, component });
const predicted = (first: Root, second?: Root): PredictedDiagnosis => ({
  kind: "diagnosis",
  id: "diagnosis",
  sentence: "",
  ...first,
  second,
});
const abstained: PredictedDiagnosis = { kind: "diagnosis", id: "diagnosis", sentence: "", root: "abstained", component: undefined };
const found = (...roots: readonly Root[]) => ({ roots, abstained: undefined, rows: [] });
const silent = { roots: [], abstained: "nothing tells", rows: [] };
const both = predicted(root("control", "etcd"), root("data"));
const outcome = (prediction: PredictedDiagnosis, diagnosis: Diagnosis) => judgeDiagnosis(prediction, diagnosis).outcome;

/** What the bent ones come to where exactly what was predicted is found. */
const bent = (prediction: PredictedDiagnosis) =>
  mutantsOf({ ...diskPressure, predictions: [prediction] }).map(({ change, prediction: mutant }) => ({
    change,
    outcome: mutant.kind === "diagnosis" ? outcome(mutant, foundAs(prediction)) : undefined,
  }));
const foundAs = ({ root: plane, component, second }: PredictedDiagnosis) =>
  plane === "none" || plane === "abstained" ? found() : found(root(plane, component), ...(second ? [second] : []));

describe("a predicted diagnosis of one root", () => {
  it("that names no component is refuted by every component", () => {
    const nobody = predicted(root("control"));
    expect(outcome(nobody, found(root("control")))).equal("confirmed");
    expect(judgeDiagnosis(nobody, found(root("control", "etcd")))).deep.include({
      outcome: "refuted",
      observed: "diagnosis control at etcd, predicted control without a component",
    });
  });
  it("that names a service is confirmed by the service as a whole, and by none of its replicas", () => {
    expect(outcome(predicted(root("control", "etcd")), found(root("control", "etcd")))).equal("confirmed");
    expect(outcome(predicted(root("control", "etcd")), found(root("control", "etcd-2")))).equal("refuted");
    expect(outcome(predicted(root("control", "etcd")), found(root("control")))).equal("refuted");
  });
  it("that names a replica is confirmed by that replica alone", () => {
    const member = predicted(root("control", "etcd-2"));
    expect(outcome(member, found(root("control", "etcd-2")))).equal("confirmed");
    for (const other of ["etcd", "etcd-1", undefined]) expect(outcome(member, found(root("control", other)))).equal("refuted");
  });
  it("is bent in its component, also where it names none, and each of these is refuted", () => {
    expect(bent(predicted(root("control"))).slice(4)).deep.equal([
      { change: "no component -> etcd", outcome: "refuted" },
      { change: "no component -> app", outcome: "refuted" },
    ]);
    expect(bent(predicted(root("control", "etcd"))).slice(4)).deep.equal(
      ["no component", "etcd-1", "etcd-2", "etcd-3", "app"].map((other) => ({ change: `component etcd -> ${other}`, outcome: "refuted" })),
    );
    expect(bent(predicted(root("control", "etcd-2"))).slice(4)).deep.equal(
      ["no component", "etcd", "etcd-1", "etcd-3", "app"].map((other) => ({ change: `component etcd-2 -> ${other}`, outcome: "refuted" })),
    );
  });
  it("has no component to bend where it is none", () => {
    expect(bent({ ...abstained, root: "none" }).map(({ change }) => change)).deep.equal([
      "root none -> data",
      "root none -> control",
      "root none -> management",
      "root none -> abstained",
    ]);
  });
});

describe("a predicted diagnosis of two roots", () => {
  it("is confirmed by exactly these, in any order", () => {
    expect(outcome(both, found(root("data"), root("control", "etcd")))).equal("confirmed");
    expect(outcome(both, found(root("control", "etcd"), root("data")))).equal("confirmed");
  });
  it("is refuted by one of them alone, by others, and by nothing at all", () => {
    expect(judgeDiagnosis(both, found(root("control", "etcd")))).deep.include({
      outcome: "refuted",
      observed: "diagnosis control at etcd, predicted control at etcd and data without a component",
    });
    expect(outcome(both, found(root("control", "app"), root("data")))).equal("refuted");
    expect(outcome(both, found(root("control", "etcd"), root("data", "app")))).equal("refuted");
    expect(outcome(both, found(root("control", "etcd-2"), root("data")))).equal("refuted");
    expect(outcome(both, found(root("control", "etcd"), root("management")))).equal("refuted");
    expect(outcome(both, found())).equal("refuted");
    expect(outcome(predicted(root("control", "etcd")), found(root("control", "etcd"), root("data")))).equal("refuted");
  });
  it("is left undecided by an abstention, which is right only where it was predicted", () => {
    expect(outcome(both, silent)).equal("inconclusive");
    expect(outcome(abstained, silent)).equal("confirmed");
    expect(judgeDiagnosis(abstained, found(root("data")))).deep.include({
      outcome: "refuted",
      observed: "diagnosis data, predicted that it abstains",
    });
    expect(outcome(abstained, found())).equal("refuted");
  });
  it("is bent in ways that the right diagnosis does not confirm", () => {
    expect(bent(both)).deep.equal(
      [
        "root control -> management",
        "root control -> none",
        "root control -> abstained",
        ...["no component", "etcd-1", "etcd-2", "etcd-3", "app"].map((other) => `component etcd -> ${other}`),
        "without data",
        "without control",
        "no component of data -> etcd",
        "no component of data -> app",
      ].map((change) => ({ change, outcome: "refuted" })),
    );
    expect(bent(predicted(root("control", "etcd"), root("data", "app"))).at(-1)).deep.equal({
      change: "component app -> app-2",
      outcome: "refuted",
    });
    const changes = mutantsOf({ ...diskPressure, predictions: [abstained] });
    expect(changes).have.length(4);
    for (const { prediction } of changes) if (prediction.kind === "diagnosis") expect(outcome(prediction, silent)).equal("inconclusive");
  });
});
