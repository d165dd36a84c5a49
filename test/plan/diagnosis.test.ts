// The forms of a predicted diagnosis, and what is refused.
import { expect } from "chai";
import { codesOf, examplePlan, experimentText, load, planned } from "../files/example.ts";

const predicted = (diagnosis: string) => {
  const { id: _, sentence, ...rest } = examplePlan({ predict: `{ diagnosis: ${diagnosis} }` }).predictions[0] ?? {};
  return [sentence, rest];
};
const unplanned = (diagnosis: string) => codesOf(planned({ predict: `{ diagnosis: ${diagnosis} }` }));
const unread = (diagnosis: string) => codesOf(load(experimentText({ predict: `{ diagnosis: ${diagnosis} }` })));

describe("a predicted diagnosis", () => {
  it("is one root, none, two, or that the samples do not tell", () => {
    const kind = "diagnosis";
    expect(predicted("{ root: control, component: etcd }")).to.deep.equal([
      "the samples point at the control plane and at etcd as a whole",
      { kind, root: "control", component: "etcd" },
    ]);
    expect(predicted("{ root: control, component: etcd-2 }")).to.deep.equal([
      "the samples point at the control plane and at etcd-2",
      { kind, root: "control", component: "etcd-2" },
    ]);
    expect(predicted("{ root: control }")).to.deep.equal([
      "the samples point at the control plane and at no component",
      { kind, root: "control", component: undefined },
    ]);
    expect(predicted("{ root: none }")).to.deep.equal(["the samples point at nothing", { kind, root: "none", component: undefined }]);
    expect(predicted("[ { root: control, component: etcd }, { root: data } ]")).to.deep.equal([
      "the samples point at the control plane and at etcd as a whole, and by itself at the data plane and at no component",
      { kind, root: "control", component: "etcd", second: { root: "data", component: undefined } },
    ]);
    expect(predicted("abstained")).to.deep.equal([
      "the samples do not tell where it begins",
      { kind, root: "abstained", component: undefined },
    ]);
  });
  it("is refused with unknown components and words, with more than two roots and with two of one plane", () => {
    expect(unplanned("{ root: control, component: etdc }")).to.deep.equal(["unknown-service"]);
    expect(unplanned("[ { root: control }, { root: data, component: etdc } ]")).to.deep.equal(["unknown-service"]);
    expect(unplanned("{ root: data, component: user }"), "a vantage is nobody who breaks").to.deep.equal(["unknown-service"]);
    expect(unread("{ root: none, component: etcd }"), "nothing begins nowhere").to.deep.equal(["invalid-value"]);
    expect(unread("abstain")).to.deep.equal(["unknown-word"]);
    expect(unread("[ { root: control }, { root: none } ]")).to.deep.equal(["unknown-word"]);
    expect(unread("[ { root: control } ]")).to.deep.equal(["out-of-range"]);
    expect(unread("[ { root: control }, { root: control, component: etcd } ]")).to.deep.equal(["invalid-value"]);
  });
});
