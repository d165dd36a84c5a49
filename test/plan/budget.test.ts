// The numbers of the sample budget, and the shortest phases that it names.
import { expect } from "chai";
import { blocksToProve } from "../../src/statistics/share-proof.ts";
import { codesOf, examplePlan, planned, targetText } from "../files/example.ts";

describe("budget", () => {
  it("needs 342, 135, 66 and 20 clean blocks for 2, 5, 10 and 30 %", () => {
    expect([0.02, 0.05, 0.1, 0.3].map((tolerance) => blocksToProve(tolerance, 1e-3))).to.deep.equal([342, 135, 66, 20]);
  });
  it("counts unaffected over fault and recovery, in blocks of 100 ms or one period", () => {
    const { budget } = examplePlan({ predict: "{ planes: { data: unaffected, management: unaffected } }" });
    expect(budget.map(({ instance, needed, available }) => [instance, needed, available])).to.deep.equal([
      ["item-read", 135, 200],
      ["ssh@etcd-1", 20, 40],
      ["ssh@etcd-2", 20, 40],
      ["ssh@etcd-3", 20, 40],
    ]);
  });
  it("wants an outage of the whole fault to be called, too, where `unaffected` is predicted: recovery pays for the proof alone", () => {
    const at = (fault: string) =>
      planned({ phases: `{ baseline: 5s, fault: ${fault}, recovery: 40s }`, predict: "{ planes: { management: unaffected } }" });
    const short = at("2s");
    expect(short.ok ? "" : short.problems[0]?.message).to.match(
      /ssh@etcd-1 needs 5 blocks of time and gets 4\. The shortest fault phase that could decide it is 2\.5s/u,
    );
    expect(codesOf(at("2.5s"))).to.deep.equal([]);
  });
  it("counts a symptom in its window, and `none` like unaffected", () => {
    const { budget } = examplePlan({
      predict:
        "{ planes: { control: [ { probe: put@etcd-1, symptom: slow, after: 2s, before: 8s }, { probe: put@etcd-2, symptom: none, after: 2s } ] } }",
    });
    expect(budget.map(({ needed, available }) => [needed, available])).to.deep.equal([
      [6, 60],
      [66, 80],
    ]);
  });
  it("names a phase that is the shortest: 100 ms less is refused, it is not", () => {
    const predict = "{ planes: { data: unaffected } }";
    const at = (recovery: string) => planned({ phases: `{ baseline: 5s, fault: 5s, recovery: ${recovery} }`, predict });
    const short = at("2s");
    expect(short.ok ? "" : short.problems[0]?.message).to.match(/shortest recovery phase that could decide it is 8\.5s$/u);
    expect(codesOf(at("8.4s"))).to.deep.equal(["phase-too-short"]);
    expect(codesOf(at("8.5s"))).to.deep.equal([]);
  });
  it("names the longest that is needed where several predictions lack time, once for each phase", () => {
    const result = planned({
      phases: "{ baseline: 5s, fault: 2s, recovery: 2s }",
      predict: "{ planes: { data: unaffected, control: unaffected, management: unaffected } }",
    });
    expect(result.ok ? [] : result.problems.map(({ message }) => /is ([\d.]+s)/u.exec(message)?.[1])).to.deep.equal(["2.5s", "11.5s"]);
  });
  it("names the window, too, where a `before` leaves too little time", () => {
    const result = planned({ predict: "{ planes: { management: [ { probe: ssh, symptom: failing, before: 1s } ] } }" });
    expect(result.ok ? "" : result.problems[0]?.message).to.match(
      /gets 2\. The shortest fault phase .*, with a later `before`; a baseline of 31\.5s would be enough as well$/u,
    );
  });
  it("warns of a symptom whose absence could not be shown, with the phase that could", () => {
    const warned = (fault: string) =>
      examplePlan({
        phases: `{ baseline: 5s, fault: ${fault}, recovery: 10s }`,
        predict: "{ planes: { control: [ { probe: put@etcd-1, symptom: slow, within: 2s } ] } }",
      }).warnings.filter((warning) => warning.includes("undecided"));
    expect(warned("8.5s")).to.deep.equal([
      '"put@etcd-1 slow" can be confirmed, but seeing nothing would leave it undecided: put@etcd-1 needs 66 good blocks of time to refute it and gets 65; a fault phase of 8.6s would do',
    ]);
    expect(warned("8.6s")).to.deep.equal([]);
  });
  it("refuses a `within` in which a slow probe cannot call anything", () => {
    const within = (time: string) =>
      planned({ predict: `{ planes: { management: [ { probe: ssh, symptom: failing, within: ${time} } ] } }` });
    const hasty = within("1s");
    expect(hasty.ok ? "" : hasty.problems[0]?.message).to.match(
      /looks every 500ms and needs 2\.5s to call a symptom: nothing can be decided within 1s$/u,
    );
    expect(codesOf(within("2.5s"))).to.deep.equal([]);
  });
  it("asks for more blocks the shorter the baseline: a slow probe that could never be called failing is refused, with both ways out", () => {
    const at = (baseline: string) =>
      planned({
        phases: `{ baseline: ${baseline}, fault: 4s, recovery: 10s }`,
        predict: "{ planes: { management: [ { probe: ssh, symptom: failing } ] } }",
      });
    expect(codesOf(at("5s"))).to.deep.equal([]);
    const short = at("2s");
    expect(short.ok ? "" : short.problems[0]?.message).to.match(
      /needs 18 blocks of time and gets 8\. The shortest fault phase that could decide it is 9s; a baseline of 3\.5s would be enough as well$/u,
    );
    const none = at("600ms");
    expect(none.ok ? "" : none.problems[0]?.message).to.match(
      /ssh@etcd-1 has nothing to compare with after a baseline of 600ms; 3\.5s would be enough$/u,
    );
  });
  it("leaves room after `recovery: within` to see that it is calm", () => {
    expect(codesOf(planned({ predict: "{ recovery: { within: 8s } }" }))).to.deep.equal(["phase-too-short"]);
    expect(codesOf(planned({ predict: "{ recovery: { within: 7s } }" }))).to.deep.equal([]);
  });
  it("counts the fault alone for the others of `only`, in which their calm must be proved", () => {
    const others = (fault: string) =>
      planned({
        phases: `{ baseline: 5s, fault: ${fault}, recovery: 30s }`,
        predict: "{ planes: { control: { symptoms: [ { probe: put, symptom: impaired } ], only: true } } }",
      });
    const short = others("10s");
    expect(short.ok ? "" : short.problems.map(({ message }) => message)).to.deep.equal([
      '"control only" cannot be decided: beat needs 66 blocks of time and gets 50. The shortest fault phase that could decide it is 13.2s',
    ]);
    expect(codesOf(others("13.1s"))).to.deep.equal(["phase-too-short"]);
    const enough = others("13.2s");
    expect(enough.ok ? enough.plan.budget.filter(({ prediction }) => prediction === "control only") : []).to.deep.equal([
      { prediction: "control only", instance: "beat", needed: 66, available: 66 },
    ]);
  });
  it("refuses claims of which the phase leaves too few readings, with the shortest that would do", () => {
    const claims = (rest: string) =>
      planned(
        {
          phases: "{ baseline: 5s, fault: 10s, recovery: 2s }",
          predict: `{ signals: { health: { claims: unhealthy, ${rest} } } }`,
        },
        undefined,
        targetText.replace("deadline: 2s, healthy", "every: 1s, deadline: 2s, healthy"),
      );
    const messages = (rest: string) => {
      const result = claims(rest);
      return result.ok ? [] : result.problems.map(({ code, message }) => `${code}: ${message}`);
    };
    expect(messages("during: fault, within: 10s")).to.deep.equal([
      "window-empty: the fault phase lasts 10s, so nothing is left of it after 10s",
    ]);
    expect(messages("during: fault, within: 8s")).to.deep.equal([
      'phase-too-short: "health claims unhealthy during fault" cannot be decided: health@etcd-1 is read every 1s, at least 3 readings are needed, and 2 are left. The shortest fault phase that could decide it is 11s',
    ]);
    expect(messages("during: fault, within: 7s")).to.deep.equal([]);
    expect(messages("during: recovery")).to.deep.equal([
      'phase-too-short: "health claims unhealthy during recovery" cannot be decided: health@etcd-1 is read every 1s, at least 3 readings are needed, and 2 are left. The shortest recovery phase that could decide it is 3s',
    ]);
  });
  it("wants three readings of a predicted silence whose deadline passes within the phase", () => {
    const messages = (within: string, every = "1s") => {
      const result = planned(
        {
          phases: "{ baseline: 5s, fault: 10s, recovery: 2s }",
          predict: `{ signals: { health: { claims: silent, during: fault, within: ${within} } } }`,
        },
        undefined,
        targetText.replace("deadline: 2s, healthy", `every: ${every}, deadline: 5s, healthy`),
      );
      return result.ok ? [] : result.problems.map(({ code, message }) => `${code}: ${message}`);
    };
    expect(messages("3s")).to.deep.equal([
      'phase-too-short: "health claims silent during fault" cannot be decided: health@etcd-1 is read every 1s and known to be silent after 5s, at least 3 readings are needed, and 2 are left. The shortest fault phase that could decide it is 11s',
    ]);
    expect(messages("9s")[0]).to.match(/and none are left\. The shortest fault phase that could decide it is 17s$/u);
    expect(messages("2s")).to.deep.equal([]);
  });
  it("refuses an abort condition that cannot be met within the fault phase, or of a probe that looks too seldom for it", () => {
    const abort = (probe: string, time: string) => {
      const result = planned({ more: `abort: [ { probe: ${probe}, failing: 50%, for: ${time} } ]` });
      return result.ok ? [] : result.problems.map(({ code, message }) => `${code}: ${message}`);
    };
    expect(abort("put", "2s")).to.deep.equal([
      "window-empty: the fault phase lasts 10s, and that put@etcd-1 was late for 2s is known after 10.5s, since late samples are known at their deadline",
    ]);
    expect(abort("put", "1500ms")).to.deep.equal([]);
    expect(abort("ssh@etcd-1", "3s")).to.deep.equal([
      "window-empty: ssh@etcd-1 looks every 500ms, too seldom to tell what happens for 3s; 5s would do",
    ]);
    expect(abort("ssh@etcd-1", "5s")).to.deep.equal([]);
  });
});
