import { expect } from "chai";
import { codesOf, examplePlan, experimentText, load, planned } from "../files/example.ts";

const predict = (outage: string, probe = "put", symptom = "failing") =>
  `{ planes: { control: [ { probe: ${probe}, symptom: ${symptom}, outage: ${outage} } ] } }`;

describe("a predicted outage", () => {
  it("has a sentence and its length in milliseconds", () => {
    const [prediction] = examplePlan({ predict: predict("{ atLeast: 500ms, atMost: 4s }") }).predictions;
    expect(prediction).to.deep.include({ sentence: "put is failing, for 500ms to 4s", outage: { atLeastMs: 500, atMostMs: 4_000 } });
    const [open] = examplePlan({ predict: predict("{ atLeast: 2s }") }).predictions;
    expect(open).to.deep.include({ sentence: "put is failing, for at least 2s", outage: { atLeastMs: 2_000, atMostMs: undefined } });
  });
  it("is refused where the probe looks too seldom to tell, or to see it at all", () => {
    expect(codesOf(planned({ predict: predict("{ atLeast: 1s, atMost: 1200ms }") }))).to.deep.equal(["outage-too-fine"]);
    expect(codesOf(planned({ predict: predict("{ atLeast: 1s, atMost: 1300ms }") }))).to.deep.equal([]);
    expect(codesOf(planned({ predict: predict("{ atMost: 250ms }") }))).to.deep.equal(["outage-too-fine"]);
  });
  it("is refused without a length, upside down, and of nothing", () => {
    for (const outage of ["{}", "{ atLeast: 4s, atMost: 2s }"])
      expect(codesOf(load(experimentText({ predict: predict(outage) })))).to.deep.equal(["invalid-value"]);
    expect(codesOf(load(experimentText({ predict: predict("{ atMost: 4s }", "put", "none") })))).to.deep.equal(["invalid-value"]);
  });
  it("is warned of where only a refusal can show it: what hangs for less than the deadline is slow", () => {
    const warned = (symptom: string) =>
      examplePlan({ predict: predict("{ atMost: 4s }", "put", symptom) }).warnings.some((text) =>
        text.includes("only an answer that says no"),
      );
    expect([warned("failing"), warned("impaired"), warned("slow")]).to.deep.equal([true, false, false]);
  });
});
