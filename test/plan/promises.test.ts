// What a file promises must be something that a run can keep or break: `because`, and lines beside each other.
import { expect } from "chai";
import { codesOf, examplePlan, planned } from "../files/example.ts";

describe("a plan's promises", () => {
  it("refuses a `because` that names nothing a verdict speaks of: a symptom alone would cover whatever shows it", () => {
    const codes = (because: string, target?: string) =>
      codesOf(planned({ more: `expect: { verdict: refuted, because: ${because} }` }, undefined, target));
    for (const named of [
      "put failing",
      "put@etcd-1 slow",
      "health claims unhealthy",
      "fault-acted",
      "'prober-starved: put'",
      "diagnosis none",
    ])
      expect(codes(named), named).to.deep.equal([]);
    for (const vague of [
      "failing",
      "slow",
      "nothing seen",
      "predicted failing",
      "input failing",
      "put@etcd-9 failing",
      "get crossed",
      "' '",
    ])
      expect(codes(vague), vague).to.deep.equal(["reason-too-vague"]);
    expect(codes("[put failing, failing, slow]")).to.deep.equal(["reason-too-vague", "reason-too-vague"]);
  });
  it("refuses lines that cannot both be confirmed, at the later one", () => {
    const problems = (predict: string) => {
      const result = planned({ predict });
      const found = result.ok ? [] : result.problems.filter(({ code }) => code === "contradiction");
      return found.map(({ code, message }) => `${code}: ${message}`);
    };
    const lines = (...options: readonly string[]) =>
      problems(`{ planes: { control: [ ${options.map((one) => `{ ${one} }`).join(", ")} ] } }`);
    const refusal = (one: string, other: string) => [
      `contradiction: "${one}" and "${other}" cannot both be confirmed: keep them apart by \`before\` and \`after\``,
    ];
    const [calm, ill] = ["probe: put, symptom: none", "probe: put, symptom: failing"];
    expect(lines(calm, ill)).to.deep.equal(refusal("put none", "put failing"));
    expect(lines(ill, calm)).to.deep.equal(refusal("put failing", "put none"));
    expect(lines(calm, "probe: put@etcd-1, symptom: impaired")).to.deep.equal(refusal("put none", "put@etcd-1 impaired"));
    expect(lines(`${calm}, before: 10s`, `${ill}, after: 5s`)).to.deep.equal(refusal("put none before 10s", "put failing after 5s"));
    expect(lines(`${calm}, before: 5s`, `${ill}, within: 4s`)).to.deep.equal(refusal("put none before 5s", "put failing"));
    expect(lines(`${calm}, before: 5s`, `${ill}, after: 5s`)).to.deep.equal([]);
    expect(lines(`${calm}, before: 5s`, `${ill}, within: 7s`)).to.deep.equal([]);
    expect(lines(`${calm}, after: 5s`, ill)).to.deep.equal([]);
    expect(lines("probe: put@etcd-2, symptom: none", "probe: put@etcd-1, symptom: failing")).to.deep.equal([]);
    const claims = (...lists: readonly string[]) => problems(`{ signals: { health: [ ${lists.map((one) => `{ ${one} }`).join(", ")} ] } }`);
    expect(claims("claims: healthy, during: fault", "claims: unhealthy, during: fault")).to.deep.equal([
      'contradiction: "health claims healthy during fault" and "health claims unhealthy during fault" cannot both be confirmed',
    ]);
    expect(claims("claims: unhealthy, during: fault", "claims: healthy, during: recovery")).to.deep.equal([]);
  });
  it("says in one line that nothing is predicted", () => {
    expect(examplePlan({ predict: "{ planes: {} }" }).warnings).to.deep.equal(["nothing is predicted, so a run can only be inconclusive"]);
  });
});
