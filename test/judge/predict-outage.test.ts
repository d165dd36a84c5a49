// An outage predicted as an interval, and two signatures of one probe in time: failing at first, free of symptoms later, while the fault still lasts.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import { mutate } from "../../src/judge/mutation.ts";
import type { Prediction } from "../../src/model/plan.ts";
import { atStrengthZero } from "../../src/plan/strength-zero.ts";
import { type Behaviour, calm, diskPressure, journal, predictions, puts, times } from "./journal-builder.ts";

/** Writes are refused from the fault on for so long: 2 s as after a leader's loss. */
const gap =
  (lastsMs: number): Behaviour =>
  (probe, at, random) =>
    puts.includes(probe.instance) && at >= times.fault && at < times.fault + lastsMs ? [5, "failed"] : calm(probe, at, random);

const line = (more: Partial<Extract<Prediction, { kind: "symptom" }>>): Prediction => ({
  ...predictions.slow,
  symptom: "failing",
  atLeast: undefined,
  withinMs: undefined,
  ...more,
});
const judged = (lastsMs: number, atLeastMs: number, atMostMs: number | undefined, more: Parameters<typeof line>[0] = {}) => {
  const plan = { ...diskPressure, predictions: [line({ outage: { atLeastMs, atMostMs }, ...more })] };
  const [verdict] = judge(journal({ plan, behaviour: gap(lastsMs) })).predictions;
  return `${verdict?.outcome}: ${verdict?.observed}`;
};

describe("an outage that is predicted as an interval", () => {
  it("is confirmed where what was measured lies within, though the fault goes on", () => {
    expect(judged(2_000, 500, 4_000)).equal("confirmed: put-flag@app-1 failing for 1.9s to 2.1s; put-flag@app-2 failing for 1.9s to 2.1s");
    expect(judged(2_000, 0, 4_000)).match(/^confirmed/u);
    expect(judged(2_000, 500, undefined)).match(/^confirmed/u);
  });
  it("is refuted where it was longer or shorter, and where it did not end", () => {
    expect(judged(6_000, 500, 4_000)).match(/^refuted: put-flag@app-1 failing for 5\.9s to 6\.1s, predicted 500ms to 4s/u);
    expect(judged(1_500, 2_000, 4_000)).match(/^refuted/u);
    expect(judged(60_000, 500, 4_000)).match(/^refuted: put-flag@app-1 failing for \d+\.\ds and more, predicted 500ms to 4s/u);
    expect(judged(60_000, 500, undefined)).match(/^confirmed: put-flag@app-1 failing for \d+\.\ds and more/u);
  });
  it("is undecided where the bound lies between what it lasted at least and at most", () => {
    expect(judged(2_000, 500, 2_000)).match(/^inconclusive: put-flag@app-1 undecided: failing for 1\.9s to 2\.1s, predicted 500ms to 2s/u);
    expect(judged(2_000, 2_000, 4_000)).match(/^inconclusive/u);
  });
  it("is measured to its end, also where the window in which it is called ends before", () => {
    expect(judged(6_000, 5_000, 7_000, { beforeMs: 5_000 })).match(/^confirmed/u);
  });
  it("can fail by its length alone", () => {
    const plan = { ...diskPressure, predictions: [line({ outage: { atLeastMs: 500, atMostMs: 4_000 } })] };
    const [mutation] = mutate(journal({ plan, behaviour: gap(2_000) }), undefined);
    expect(mutation?.mutants.map(({ change, outcome }) => [change, outcome])).deep.equal([
      ["failing -> no symptom", "refuted"],
      ["outage -> at least 4s", "refuted"],
      ["outage -> at most 500ms", "refuted"],
      ["fault at strength 0", "inconclusive"],
    ]);
    expect(mutation?.canFail).equal(true);
  });
});

describe("two signatures of one probe in time", () => {
  const staged = {
    ...diskPressure,
    predictions: [
      line({ id: "put-flag failing before 5s", beforeMs: 5_000 }),
      line({ id: "put-flag none after 8s", symptom: "none", afterMs: 8_000 }),
    ],
  };
  const outcomes = (lastsMs: number) => judge(journal({ plan: staged, behaviour: gap(lastsMs) })).predictions.map(({ outcome }) => outcome);

  it("hold where a gap ends by itself while the fault goes on, and are refuted one by one", () => {
    expect(outcomes(2_000)).deep.equal(["confirmed", "confirmed"]);
    expect(outcomes(12_000)).deep.equal(["confirmed", "refuted"]);
    expect(outcomes(0)).deep.equal(["inconclusive", "confirmed"]);
  });
  it("are bent one by one", () => {
    const zero = journal({ plan: atStrengthZero(staged), behaviour: calm });
    const mutations = mutate(journal({ plan: staged, behaviour: gap(2_000) }), zero);
    expect(mutations.map(({ id, canFail }) => [id, canFail])).deep.equal([
      ["put-flag failing before 5s", true],
      ["put-flag none after 8s", true],
    ]);
    expect(mutations.map(({ mutants }) => mutants.find(({ change }) => change.startsWith("fault"))?.outcome)).deep.equal([
      "refuted",
      "confirmed",
    ]);
  });
});
