// Load in a plan: what experiment and target say together, and what is refused.
import { expect } from "chai";
import { readExperiment } from "../../src/files/read.ts";
import { explainPlan } from "../../src/plan/explain.ts";
import { plan, type Planned } from "../../src/plan/plan.ts";
import { hidden } from "../../src/model/hidden.ts";
import { experimentText, load as loadText, targetText } from "../files/example.ts";

const own =
  'load: { from: user, to: app, url: "http://app:8080/items/1", deadline: 500ms, tolerance: 10%, hosts: { shop.example.com: "app:8080" } }\n';

function planned(load: string, given: { readonly predict?: string; readonly target?: string } = {}): Planned {
  const loaded = loadText(experimentText({ more: `load: ${load}`, predict: given.predict ?? "{}" }), given.target ?? targetText + own);
  return loaded.ok ? plan({ ...loaded.experiment, script: "// a script" }, loaded.experiment.target) : loaded;
}
function good(load: string, given?: Parameters<typeof planned>[1]) {
  const result = planned(load, given);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.plan;
}
const refusals = (load: string, given?: Parameters<typeof planned>[1]): readonly string[] => {
  const result = planned(load, given);
  return result.ok ? [] : result.problems.map(({ code, message }) => `${code}: ${message}`);
};

describe("load at a rate", () => {
  it("is a probe that k6 samples, as the target describes it", () => {
    const made = good("{ kind: k6, rate: 50/s }", { predict: "{ planes: { data: unaffected } }" });
    expect(made.load).to.deep.equal({ kind: "rate", vantage: "user", instances: ["load"] });
    expect(made.stack.load).to.equal("user");
    expect(made.probes.at(-1)).to.deep.include({
      instance: "load",
      plane: "data",
      vantage: "user",
      everyMs: 20,
      deadlineMs: 500,
      tolerance: 0.1,
    });
    expect(made.predictions[0]).to.deep.include({ instances: ["item-read", "load"] });
    expect(explainPlan(made)).to.include("load: k6 sends 50 requests per second beside user");
  });

  it("is shared by replicas, each with an instance of its own", () => {
    const made = good('{ kind: k6, rate: 60/s, from: admin, to: etcd, url: "http://etcd:2379/health" }', {
      predict: "{ planes: { data: [ { probe: load, symptom: failing, within: 5s } ] } }",
    });
    expect(made.probes.filter(({ name }) => name === "load").map(({ instance, everyMs }) => [instance, everyMs])).to.deep.equal([
      ["load@etcd-1", 50],
      ["load@etcd-2", 50],
      ["load@etcd-3", 50],
    ]);
    expect(explainPlan(made)).to.include("k6 sends 60 requests per second");
  });

  it("may expect a body with the replica's own name, and post one", () => {
    const made = good('{ kind: k6, rate: 2/s, method: POST, body: "{}", expect: { body: { service: "{component}" } } }');
    const { measurement } = made.probes.at(-1) ?? {};
    expect(measurement).to.have.nested.property("request.method", "POST");
    expect(measurement).to.have.nested.property("request.body", "{}");
    expect(measurement).to.have.deep.nested.property("request.expect.body", { service: "app" });
  });

  it("may be described by the experiment alone, which counts more", () => {
    const alone = good('{ kind: k6, rate: 1/s, from: user, to: app, url: "http://app:9090/x" }', { target: targetText });
    expect(alone.probes.at(-1)).to.deep.include({ everyMs: 1_000, deadlineMs: 1_000, tolerance: 0.05, slowFloorMs: 10 });
    expect(good("{ kind: k6, rate: 50/s, deadline: 100ms, connection: reused }").probes.at(-1)).to.deep.include({ deadlineMs: 100 });
  });

  for (const [load, refusal] of [
    ["{ kind: k6 }", 'invalid-value: load has either a "rate" or a "script"'],
    ["{ kind: k6, rate: 5/s, script: ./x.js }", 'invalid-value: load has either a "rate" or a "script"'],
    ["{ kind: k6, rate: 2001/s }", 'invalid-value: expected a rate such as "50/s", at most 2000/s'],
    ["{ kind: k6, rate: 50 }", 'invalid-type: expected a rate such as "50/s", at most 2000/s, not 50'],
    ["{ kind: k6, rate: 5/s, environment: { A: b } }", 'invalid-value: "environment" goes with "script" only'],
    ['{ kind: k6, script: ./x.js, url: "http://app:8080/" }', 'invalid-value: "url" goes with "rate" only'],
    ["{ kind: k6, rate: 5/s, from: nobody }", 'unknown-service: unknown vantage "nobody"'],
    ["{ kind: k6, rate: 5/s, to: etcd-1 }", "no-shared-network: user and etcd-1 share no network"],
    [
      "{ kind: k6, script: ./x.js, from: admin, hosts: { a.example.com: etcd } }",
      'ambiguous-name: "etcd" stands for etcd-1, etcd-2, etcd-3: a host name has one address, so name one of them',
    ],
  ] as const)
    it(`is refused as ${load}`, () => expect(refusals(load)).to.deep.equal([refusal]));

  it("is refused where nobody says whom to ask, and where its name is taken", () => {
    expect(refusals("{ kind: k6, rate: 5/s, from: user }", { target: targetText })).to.deep.equal(
      ["to", "url"].map((option) => `missing-option: load needs the option "${option}", here or in the load section of the target`),
    );
    const taken = targetText.replace("  item-read:", "  load:");
    expect(refusals("{ kind: k6, rate: 5/s }", { target: taken + own })).to.deep.equal([
      'duplicate-name: the target has something of its own that is called "load"',
    ]);
  });
});

describe("load by a script", () => {
  it("carries the script's text, and predicts that its thresholds hold", () => {
    const made = good("{ kind: k6, script: ./x.js, environment: { A: b } }");
    expect(made.load).to.deep.equal({
      kind: "script",
      vantage: "user",
      file: "./x.js",
      text: "// a script",
      environment: hidden({ A: "b" }),
      hosts: { "shop.example.com": { component: "app", network: "data", port: 8080 } },
      longestMs: 95_000,
    });
    expect(made.predictions).to.deep.equal([
      { kind: "thresholds", id: "load thresholds", sentence: "load: every threshold of ./x.js holds", hold: true },
    ]);
    expect(made.probes.some(({ name }) => name === "load")).to.equal(false);
    expect(explainPlan(made)).to.include("load: k6 runs ./x.js beside user");
  });

  it("is read from beside the experiment", () => {
    const loaded = readExperiment("experiments/echo/k6-users.yaml");
    expect(loaded.ok && loaded.experiment.script).to.include("export const options");
  });
});
