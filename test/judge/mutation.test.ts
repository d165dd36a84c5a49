// Bent predictions: what can fail is refuted when it is bent, and what cannot is found.
import { expect } from "chai";
import { mutantsOf } from "../../src/judge/mutants.ts";
import { mutate, survivedBy, zeroNotCounted } from "../../src/judge/mutation.ts";
import type { Plan, Prediction } from "../../src/model/plan.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { PredictionMutation } from "../../src/model/verdict.ts";
import { atStrengthZero } from "../../src/plan/strength-zero.ts";
import { calm, crawlingWrites, diskPressure, journal, noopPlan, partAt, predictions, times } from "./journal-builder.ts";

const bent = (prediction: Prediction) => mutantsOf({ ...diskPressure, predictions: [prediction] }).map(({ change }) => change);

describe("mutants", () => {
  it("bend each kind of prediction", () => {
    expect(bent(predictions.data)).to.deep.equal(["unaffected -> impaired"]);
    expect(bent(predictions.slow)).to.deep.equal(["slow -> no symptom", "factor x 10", "time halved"]);
    expect(bent({ ...predictions.slow, symptom: "none", atLeast: undefined })).to.deep.equal(["no symptom -> impaired"]);
    expect(bent(predictions.claims)).to.deep.equal(["healthy -> unhealthy", "healthy -> silent"]);
    expect(bent({ ...predictions.claims, claims: "silent" })).to.deep.equal([
      "silent -> healthy",
      "silent -> unhealthy",
      "during the fault -> the recovery",
    ]);
    expect(bent(predictions.recovery)).to.deep.equal(["time halved"]);
    expect(bent(predictions.diagnosis)).to.deep.equal([
      "root control -> data",
      "root control -> management",
      "root control -> none",
      "root control -> abstained",
      ...["no component", "etcd-1", "etcd-2", "etcd-3", "app"].map((other) => `component etcd -> ${other}`),
    ]);
    const only: Prediction = { kind: "only", id: "o", sentence: "", plane: "control", instances: ["put-flag@app-1"] };
    expect(bent(only)).to.deep.equal(["the listed probes -> none"]);
  });
});

const weak = (mutations: readonly PredictionMutation[]) => mutations.flatMap(({ id, canFail }) => (canFail ? [] : [id]));
const survived = (mutations: readonly PredictionMutation[]) =>
  mutations.flatMap(({ id, mutants }) => survivedBy(mutants).map(({ change }) => [id, change]));

describe("mutate", () => {
  const records = journal();
  const zeroPlan = atStrengthZero(diskPressure);
  const zero = journal({ plan: zeroPlan, behaviour: calm });

  it("shows that each prediction of disk-pressure can fail, and by which mutants", () => {
    const mutations = mutate(records, zero);
    expect([weak(mutations), survived(mutations), zeroNotCounted(mutations)]).to.deep.equal([[], [], undefined]);
    const of = (id: string) =>
      mutations.find((one) => one.id === id)?.mutants.map(({ change, role, outcome }) => `${change}: ${role}, ${outcome}`);
    expect(of("put-flag slow")).to.deep.equal([
      "slow -> no symptom: complement, refuted",
      "factor x 10: bent, refuted",
      "time halved: bent, confirmed",
      "fault at strength 0: decisive, refuted",
    ]);
    expect(of("data unaffected")).to.deep.equal([
      "unaffected -> impaired: complement, refuted",
      "fault at strength 0: bent, confirmed",
      "one probe fails: decisive, refuted",
    ]);
    expect(of("etcd-health claims healthy")).to.deep.equal([
      "healthy -> unhealthy: complement, refuted",
      "healthy -> silent: complement, refuted",
      "fault at strength 0: bent, confirmed",
      "one signal says unhealthy for half the time: decisive, refuted",
    ]);
    expect(of("recovery")).to.deep.equal([
      "time halved: bent, confirmed",
      "fault at strength 0: bent, confirmed",
      "recovered 20 s later: decisive, refuted",
    ]);
    expect(of("diagnosis")?.at(-1)).to.equal("fault at strength 0: decisive, refuted");
  });

  it("names what is still there without the fault, however its complement is refuted", () => {
    const claim = (_: unknown, at: number) => (partAt(at) === "baseline" ? "healthy" : "silent");
    const ill = journal({ plan: zeroPlan, behaviour: crawlingWrites, claim });
    const silent: Plan = {
      ...diskPressure,
      predictions: diskPressure.predictions.map((one) => (one.kind === "claims" ? { ...one, id: "silent", claims: "silent" } : one)),
    };
    const mutations = mutate(journal({ plan: silent, claim }), ill);
    const still = ["put-flag slow", "flag-propagation stale", "silent", "diagnosis"];
    expect(survived(mutations)).to.deep.equal(still.map((id) => [id, "fault at strength 0"]));
    expect(weak(mutations)).to.deep.equal(still);
  });

  it("looks for a symptom at strength 0 as long as that run lasts, since no time is special there", () => {
    const early: Prediction = { ...predictions.slow, atLeast: undefined, beforeMs: 5_000 };
    const plan: Plan = { ...diskPressure, predictions: [early] };
    const inRecovery = journal({
      plan: atStrengthZero(plan),
      behaviour: (probe, at, random) => (partAt(at) === "recovery" ? crawlingWrites(probe, times.fault, random) : calm(probe, at, random)),
    });
    expect(weak(mutate(journal({ plan }), journal({ plan: atStrengthZero(plan), behaviour: calm })))).to.deep.equal([]);
    const [late] = mutate(journal({ plan }), inRecovery);
    expect([late?.canFail, late?.mutants.at(-1)?.outcome]).to.deep.equal([false, "inconclusive"]);
  });

  it("counts nobody whose complements alone were refuted", () => {
    const mutations = mutate(records, undefined);
    expect(weak(mutations)).to.deep.equal(["flag-propagation stale", "diagnosis"]);
    expect(survived(mutations)).to.deep.equal([]);
    expect(zeroNotCounted(mutations)).to.equal("it was not run");
  });

  const drop = (type: JournalRecord["type"]) => (record: JournalRecord) => (record.type === type ? undefined : record);
  const unsound: Readonly<Record<string, readonly [journal: readonly JournalRecord[], why: RegExp]>> = {
    unsteady: [
      journal({
        plan: zeroPlan,
        behaviour: (probe, at, random) => (at > 6_000 && at < times.fault ? [4_000, "late"] : calm(probe, at, random)),
      }),
      /^steady-baseline: .+ in the baseline/u,
    ],
    "broken off": [
      [...zero.slice(0, -1), { type: "aborted", at: 30_000, reason: "Ctrl-C" }, ...zero.slice(-1)],
      /^completed: aborted: Ctrl-C/u,
    ],
    unfinished: [journal({ plan: zeroPlan, behaviour: calm, edit: drop("end") }), /^completed: the journal has no end/u],
    starved: [
      journal({ plan: zeroPlan, behaviour: (probe, at, random) => (random() < 0.2 ? [0, "missed"] : calm(probe, at, random)) }),
      /^prober-starved: /u,
    ],
    leaky: [
      journal({
        plan: zeroPlan,
        behaviour: calm,
        edit: (record) => (record.type === "digest" && record.when === "after" ? { ...record, digest: { "etcd-1/limits": "20" } } : record),
      }),
      /^something may still be broken: etcd-1\/limits/u,
    ],
    "of another experiment": [
      journal({ plan: { ...zeroPlan, phases: { ...zeroPlan.phases, recoveryMs: 1 + zeroPlan.phases.recoveryMs } }, behaviour: calm }),
      /^its target, its probes or its phases were others/u,
    ],
    "not at strength 0": [records, /^its fault was not at strength 0/u],
    empty: [[], /^its journal does not begin with its plan/u],
  };
  for (const [what, [calmly, why]] of Object.entries(unsound))
    it(`does not count a run at strength 0 that is ${what}, and says so`, () => {
      const mutations = mutate(records, calmly);
      expect(zeroNotCounted(mutations)).to.match(why);
      expect([weak(mutations), survived(mutations)]).to.deep.equal([["flag-propagation stale", "diagnosis"], []]);
    });

  it("needs no second run where there is no fault", () => {
    const plan: Plan = { ...noopPlan, predictions: [predictions.data, { ...predictions.diagnosis, root: "none", component: undefined }] };
    const mutations = mutate(journal({ plan, behaviour: calm }), undefined);
    expect([weak(mutations), zeroNotCounted(mutations)]).to.deep.equal([[], undefined]);
    expect(mutations[1]?.mutants.slice(-3).map(({ change }) => change)).to.deep.equal([
      "the data plane fails",
      "the control plane fails",
      "the management plane fails",
    ]);
  });

  it("finds a tautology: a recovery where nothing was ever impaired", () => {
    const plan = { ...atStrengthZero(diskPressure), predictions: [predictions.recovery] };
    const [recovery] = mutate(journal({ plan, behaviour: calm }), journal({ plan, behaviour: calm }));
    expect(recovery).to.deep.include({ id: "recovery", outcome: "confirmed", canFail: false });
  });

  it("does not count calm that no failure of a probe would end", () => {
    // Two blocks prove a share below nearly all of them, and are too few for any alarm.
    const probes = diskPressure.probes.map((probe) => (probe.plane === "data" ? { ...probe, everyMs: 1_000, tolerance: 0.99 } : probe));
    const none: Prediction = {
      ...predictions.slow,
      ...predictions.data,
      kind: "symptom",
      symptom: "none",
      atLeast: undefined,
      afterMs: 18_000,
    };
    const [data] = mutate(journal({ plan: { ...noopPlan, probes, predictions: [none] }, behaviour: calm }), undefined);
    expect(data?.mutants.map(({ change, outcome }) => [change, outcome])).to.deep.equal([
      ["no symptom -> impaired", "refuted"],
      ["fault at strength 0", "confirmed"],
      ["one probe fails", "inconclusive"],
    ]);
    expect(data).to.deep.include({ outcome: "confirmed", canFail: false });
  });
});
