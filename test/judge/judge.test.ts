import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { JournalRecord, Sample } from "../../src/model/record.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { calm, crawlingWrites, diskPressure, journal, noopPlan, predictions, throttled, times } from "./journal-builder.ts";

const broken = (verdict: Verdict) => verdict.assumptions.filter(({ held }) => !held).map(({ name }) => name);
const outcomes = (verdict: Verdict) => Object.fromEntries(verdict.predictions.map(({ id, outcome }) => [id, outcome]));
const without =
  (...types: readonly JournalRecord["type"][]) =>
  (record: JournalRecord) =>
    types.includes(record.type) ? undefined : record;

describe("judge", () => {
  it("is inconclusive where nothing was predicted", () => {
    const { outcome, reason } = judge(journal({ plan: { ...diskPressure, predictions: [] } }));
    expect([outcome, reason]).deep.equal(["inconclusive", "nothing was predicted"]);
  });

  it("confirms the classic signature: writes crawl, users notice nothing, health stays green", () => {
    const verdict = judge(journal());
    expect(verdict.reason).equal("all 7 predictions were confirmed");
    expect(verdict).deep.include({ outcome: "confirmed", asExpected: true, leaks: [] });
    expect(verdict.planes.map(({ plane, outcome }) => `${plane} ${outcome}`)).deep.equal([
      "data confirmed",
      "control confirmed",
      "management confirmed",
    ]);
    expect(verdict.diagnosis.roots).deep.equal([{ root: "control", component: "etcd" }]);
    expect(verdict.signals[0]).deep.include({ lieAbout: "control", claims: { healthy: 40, unhealthy: 0, silent: 0 } });
    expect(verdict.signals[0]?.falseGreenMs).within(19_500, 20_500);
    expect(verdict.errors.falselyConfirmed).closeTo(1e-3 + 8 * 5 * 1e-5, 1e-12);
  });

  it("is the same for the same journal", () => {
    expect(JSON.stringify(judge(journal()))).equal(JSON.stringify(judge(journal())));
  });

  it("judges 40 000 samples well under 2 seconds", () => {
    const probes = diskPressure.probes.flatMap((probe) =>
      probe.plane === "data" ? [0, 1].map((copy) => ({ ...probe, everyMs: 5, instance: `${probe.instance}${copy}` })) : [probe],
    );
    const records = journal({
      plan: {
        ...diskPressure,
        probes,
        predictions: [{ ...predictions.data, instances: probes.filter(({ plane }) => plane === "data").map(({ instance }) => instance) }],
      },
    });
    expect(records.reduce((sum, record) => sum + (record.type === "samples" ? record.rows.length : 0), 0)).above(40_000);
    const begin = performance.now();
    expect(judge(records).outcome).equal("confirmed");
    expect(performance.now() - begin).below(1_500);
  });

  describe("sabotage", () => {
    it("fired without effect: inconclusive, fault-acted", () => {
      const verdict = judge(journal({ behaviour: calm, witness: () => ({ writeMs: 8, bystanderMs: 7, ios: 0 }) }));
      expect(verdict.outcome).equal("inconclusive");
      expect(broken(verdict)).deep.equal(["fault-acted"]);
      expect(verdict.reason).match(/^fault-acted: did not act as asked/u);
    });

    it("never fired: inconclusive, fault-acted", () => {
      expect(broken(judge(journal({ behaviour: calm, edit: without("fired", "undone") })))).include("fault-acted");
    });

    it("refused at fire: inconclusive, fault-acted, no leak", () => {
      const verdict = judge(
        journal({
          behaviour: calm,
          edit: (record) =>
            record.type === "fired"
              ? { ...record, answer: "refused", detail: "pid changed" }
              : record.type === "undone"
                ? undefined
                : record,
        }),
      );
      expect(verdict.reason).contain("c1 was refused: pid changed");
      expect(verdict.leaks).deep.equal([]);
    });

    it("undo without effect: inconclusive and a leak", () => {
      const verdict = judge(journal({ witness: (witness, at) => ({ ...throttled(witness, at), writeMs: at < times.fault ? 8 : 900 }) }));
      expect(broken(verdict)).deep.equal(["fault-gone"]);
      expect(verdict.leaks).deep.equal(["c1 on etcd-1 still acts although it was undone"]);
      expect(verdict.asExpected).equal(false);
    });

    it("never undone: a leak even where nobody looked afterwards", () => {
      const verdict = judge(
        journal({ edit: without("undone"), witness: (witness, at) => (at < times.undone ? throttled(witness, at) : undefined) }),
      );
      expect(broken(verdict)).include("fault-gone");
      expect(verdict.leaks).deep.equal(["c1 on etcd-1 was fired and its undo is not proved"]);
    });

    it("a blind probe, without samples or with all missed: inconclusive", () => {
      for (const blind of [undefined, [0, "missed"] as const]) {
        const verdict = judge(
          journal({ behaviour: (probe, at, random) => (probe.instance === "put-flag@app-1" ? blind : crawlingWrites(probe, at, random)) }),
        );
        expect(verdict.outcome).equal("inconclusive");
        expect(broken(verdict)).deep.equal(["enough-samples", "prober-starved"]);
      }
    });

    it("more than 2 % missed: prober-starved; less: not", () => {
      const missing = (every: number) =>
        judge(
          journal({
            behaviour: (probe, at, random) =>
              probe.plane === "data" && Math.round(at / 10) % every === 0 ? [0, "missed"] : crawlingWrites(probe, at, random),
          }),
        );
      expect(broken(missing(40))).deep.equal(["prober-starved"]);
      expect(missing(60).outcome).equal("confirmed");
    });

    it("a noop reference run: symptoms refuted as nothing seen, unaffected confirmed", () => {
      const verdict = judge(journal({ plan: noopPlan, behaviour: calm }));
      expect(verdict.outcome).equal("refuted");
      expect(outcomes(verdict)).deep.equal({
        "data unaffected": "confirmed",
        "put-flag slow": "refuted",
        "flag-propagation stale": "refuted",
        "management unaffected": "confirmed",
        "etcd-health claims healthy": "confirmed",
        recovery: "confirmed",
        diagnosis: "refuted",
      });
      expect(verdict.reason).contain("put-flag@app-1 nothing seen, predicted slow");
      expect(verdict.diagnosis).deep.include({ roots: [], abstained: undefined });
    });

    it("a noop run that predicts nothing but calm is confirmed", () => {
      const plan = {
        ...noopPlan,
        predictions: [predictions.data, predictions.management, { ...predictions.diagnosis, root: "none", component: undefined } as const],
      };
      expect(judge(journal({ plan, behaviour: calm })).outcome).equal("confirmed");
    });
  });

  describe("expectation", () => {
    it("a leak is never as expected, even where the verdict is", () => {
      const plan = { ...diskPressure, expect: { verdict: "inconclusive", because: undefined } } as const;
      const verdict = judge(
        journal({ plan, edit: (record) => (record.type === "digest" && record.when === "after" ? { ...record, digest: {} } : record) }),
      );
      expect([verdict.outcome, verdict.asExpected]).deep.equal(["inconclusive", false]);
    });

    const refuted = (because: string | readonly string[] | undefined) =>
      judge(journal({ plan: { ...noopPlan, expect: { verdict: "refuted", because } }, behaviour: calm })).asExpected;
    it("takes refuted for the stated reason only", () => {
      const others = ["flag-propagation nothing seen", "predicted control"];
      expect([
        refuted(undefined),
        refuted(["put-flag nothing seen", ...others]),
        refuted(["put-flag@app-1 nothing seen", "put-flag@app-2 nothing seen, predicted slow", ...others]),
        refuted(["put-flag failing", ...others]),
      ]).deep.equal([true, true, true, false]);
    });

    it("takes a phrase for whole words only: no name is the end or the beginning of another", () => {
      const others = ["flag-propagation nothing seen", "diagnosis none"];
      expect([
        refuted(["put-flag nothing seen", ...others]),
        refuted(["flag nothing seen", ...others]),
        refuted(["put-flag nothing se", ...others]),
        refuted(["put-flag@app-1 nothing seen", "app-2 nothing seen", ...others]),
      ]).deep.equal([true, false, false, false]);
    });

    it("does not take refuted where one more instance of a line is than was stated", () => {
      expect(refuted(["put-flag@app-2 nothing seen", "flag-propagation nothing seen", "predicted control"])).equal(false);
    });

    it("does not take refuted where one more line is than was stated", () => {
      expect(refuted("put-flag nothing seen")).equal(false);
      expect(refuted(["put-flag nothing seen", "flag-propagation nothing seen"])).equal(false);
    });

    it("takes inconclusive for the stated assumption only", () => {
      const sabotaged = (because: string) =>
        judge(
          journal({
            plan: { ...diskPressure, expect: { verdict: "inconclusive", because } },
            behaviour: calm,
            witness: () => ({ writeMs: 8, ios: 0 }),
          }),
        ).asExpected;
      expect([sabotaged("fault-acted"), sabotaged("prober-starved")]).deep.equal([true, false]);
    });

    it("does not take inconclusive where one more assumption is broken than was stated, or one for more than was stated", () => {
      const starved = (because: readonly string[], ...instances: readonly string[]) =>
        judge(
          journal({
            plan: { ...diskPressure, expect: { verdict: "inconclusive", because } },
            behaviour: calm,
            witness: () => ({ writeMs: 8, ios: 0 }),
            edit: (record) =>
              record.type === "samples" && instances.includes(record.instance)
                ? { ...record, rows: record.rows.map((row, n): Sample => (n % 2 === 0 ? row : [row[0], 0, "missed"])) }
                : record,
          }),
        ).asExpected;
      expect([
        starved(["fault-acted"]),
        starved(["fault-acted"], "put-flag@app-1"),
        starved(["fault-acted", "prober-starved: put-flag@app-1"], "put-flag@app-1"),
        starved(["fault-acted", "prober-starved: put-flag@app-1"], "put-flag@app-1", "put-flag@app-2"),
        starved(["fault-acted", "prober-starved: put-flag"], "put-flag@app-1", "put-flag@app-2"),
      ]).deep.equal([true, false, true, false, true]);
    });
  });

  describe("a crash", () => {
    it("is inconclusive and names its error", () => {
      expect(judge([])).deep.include({ outcome: "inconclusive", reason: "judge-crashed: the journal does not begin with its plan" });
    });

    it("still says what may be broken", () => {
      const torn = journal({
        edit: (record) => (record.type === "run" ? { ...record, plan: { ...record.plan, probes: undefined as never } } : record),
      });
      const verdict = judge(torn);
      expect(verdict.outcome).equal("inconclusive");
      expect(verdict.leaks).deep.equal(["c1 was fired and the judge crashed before its undo was proved"]);
    });
  });
});
