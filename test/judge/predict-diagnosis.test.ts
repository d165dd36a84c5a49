import { expect } from "chai";
import { judgeDiagnosis, type PredictedDiagnosis } from "../../src/judge/predict-diagnosis.ts";
import { mutantsOf } from "../../src/judge/mutants.ts";
import type { Root } from "../../src/model/plan.ts";
import { stack } from "./etcd-app.ts";
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
const outcome = (prediction: PredictedDiagnosis, diagnosis: Parameters<typeof judgeDiagnosis>[2]) =>
  judgeDiagnosis(stack, prediction, diagnosis).outcome;

describe("a predicted diagnosis of two roots", () => {
  it("is confirmed by exactly these, in any order, and by a replica of a service", () => {
    expect(outcome(both, found(root("data"), root("control", "etcd-2")))).equal("confirmed");
    expect(outcome(both, found(root("control", "etcd"), root("data", "app")))).equal("confirmed");
  });
  it("is refuted by one of them alone, by others, and by nothing at all", () => {
    expect(judgeDiagnosis(stack, both, found(root("control", "etcd")))).deep.include({
      outcome: "refuted",
      observed: "diagnosis control at etcd, predicted control at etcd and data",
    });
    expect(outcome(both, found(root("control", "app"), root("data")))).equal("refuted");
    expect(outcome(both, found(root("control", "etcd"), root("management")))).equal("refuted");
    expect(outcome(both, found())).equal("refuted");
    expect(outcome(predicted(root("control", "etcd")), found(root("control", "etcd"), root("data")))).equal("refuted");
  });
  it("is left undecided by an abstention, which is right only where it was predicted", () => {
    expect(outcome(both, silent)).equal("inconclusive");
    expect(outcome(abstained, silent)).equal("confirmed");
    expect(judgeDiagnosis(stack, abstained, found(root("data")))).deep.include({
      outcome: "refuted",
      observed: "diagnosis data, predicted that it abstains",
    });
    expect(outcome(abstained, found())).equal("refuted");
  });
  it("is bent in ways that the right diagnosis does not confirm", () => {
    const changes = (prediction: PredictedDiagnosis) => mutantsOf({ ...diskPressure, predictions: [prediction] });
    expect(changes(both).map(({ change }) => change)).deep.equal([
      "root control -> management",
      "root control -> none",
      "root control -> abstained",
      "component etcd -> app",
      "without data",
      "without control",
    ]);
    for (const { prediction } of changes(both))
      if (prediction.kind === "diagnosis") expect(outcome(prediction, found(root("control", "etcd"), root("data")))).equal("refuted");
    expect(changes(predicted(root("control", "etcd"), root("data", "app"))).at(-1)?.change).equal("component app -> etcd");
    for (const { prediction } of changes(abstained))
      if (prediction.kind === "diagnosis") expect(outcome(prediction, silent)).equal("inconclusive");
    expect(changes(abstained)).have.length(4);
  });
});
