// Bent predictions: what can fail is refuted when it is bent, and what cannot is found.
import { expect } from "chai";
import { mutantsOf } from "../../src/judge/mutants.ts";
import { mutate } from "../../src/judge/mutation.ts";
import type { Prediction } from "../../src/model/plan.ts";
import { atStrengthZero } from "../../src/plan/strength-zero.ts";
import { calm, diskPressure, journal, predictions } from "./journal-builder.ts";

const bent = (prediction: Prediction) => mutantsOf({ ...diskPressure, predictions: [prediction] }).map(({ change }) => change);

describe("mutants", () => {
  it("bend each kind of prediction", () => {
    expect(bent(predictions.data)).to.deep.equal(["unaffected -> impaired"]);
    expect(bent(predictions.slow)).to.deep.equal(["slow -> no symptom", "factor x 10", "time halved"]);
    expect(bent({ ...predictions.slow, symptom: "none", atLeast: undefined })).to.deep.equal(["no symptom -> impaired"]);
    expect(bent(predictions.claims)).to.deep.equal(["healthy -> unhealthy", "healthy -> silent"]);
    expect(bent(predictions.recovery)).to.deep.equal(["time halved"]);
    expect(bent(predictions.diagnosis)).to.deep.equal([
      "root control -> data",
      "root control -> management",
      "root control -> none",
      "root control -> abstained",
      "component etcd -> app",
    ]);
    const only: Prediction = { kind: "only", id: "o", sentence: "", plane: "control", instances: ["put-flag@app-1"] };
    expect(bent(only)).to.deep.equal(["the listed probes -> none"]);
  });
});

describe("mutate", () => {
  const records = journal();
  const zero = journal({ plan: atStrengthZero(diskPressure), behaviour: calm });

  it("shows that each prediction of disk-pressure can fail, and by which mutants", () => {
    const mutations = mutate(records, zero);
    expect(mutations.map(({ id, canFail }) => [id, canFail])).to.deep.equal(diskPressure.predictions.map(({ id }) => [id, true]));
    const of = (id: string) =>
      Object.fromEntries(mutations.find((one) => one.id === id)?.mutants.map(({ change, outcome }) => [change, outcome]) ?? []);
    expect(of("put-flag slow")).to.deep.equal({
      "slow -> no symptom": "refuted",
      "factor x 10": "refuted",
      "time halved": "confirmed",
      "fault at strength 0": "refuted",
    });
    expect(of("data unaffected")).to.deep.equal({ "unaffected -> impaired": "refuted", "fault at strength 0": "confirmed" });
    expect(of("recovery")).to.deep.equal({
      "time halved": "confirmed",
      "fault at strength 0": "confirmed",
      "recovered 20 s later": "refuted",
    });
  });

  it("finds a tautology: a recovery where nothing was ever impaired", () => {
    const plan = { ...atStrengthZero(diskPressure), predictions: [predictions.recovery] };
    const [recovery] = mutate(journal({ plan, behaviour: calm }), journal({ plan, behaviour: calm }));
    expect(recovery).to.deep.include({ id: "recovery", outcome: "confirmed", canFail: false });
  });
});
