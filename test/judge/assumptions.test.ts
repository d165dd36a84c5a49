// What must hold before any prediction means something: each assumption broken once, and the first broken one is the reason.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { type Behaviour, calm, crawlingWrites, diskPressure, journal, partAt, throttled, times } from "./journal-builder.ts";

const broken = (verdict: Verdict) => verdict.assumptions.filter(({ held }) => !held).map(({ name }) => name);
const without =
  (...types: readonly JournalRecord["type"][]) =>
  (record: JournalRecord) =>
    types.includes(record.type) ? undefined : record;

describe("assumptions", () => {
  it("errors, aborts and missing ends are incomplete", () => {
    const error: JournalRecord = { type: "error", at: 20_000, phase: "hold", code: "agent", message: "agent went away" };
    expect(judge([...journal(), error]).reason).equal("completed: error in phase hold: agent went away");
    expect(judge([...journal(), { type: "aborted", at: 20_000, reason: "item-read failing" }]).reason).equal(
      "completed: aborted: item-read failing",
    );
    expect(judge(journal({ edit: without("end") })).reason).equal("completed: the journal has no end");
    expect(judge(journal({ edit: (record) => (record.type === "phase" && record.phase === "recover" ? undefined : record) })).reason).equal(
      "completed: phase recover did not end",
    );
  });

  it("a baseline that changes is not steady", () => {
    const verdict = judge(
      journal({
        behaviour: (probe, at, random) =>
          probe.plane === "data" && at > 8_000 && at < times.fault ? [45, "ok"] : crawlingWrites(probe, at, random),
      }),
    );
    expect(broken(verdict)).include("steady-baseline");
  });

  it("say how many baselines were tried before one was steady", () => {
    const again: JournalRecord = { type: "phase", at: 500, phase: "baseline", edge: "begin" };
    const detail = (records: readonly JournalRecord[]) => judge(records).assumptions.find(({ name }) => name === "steady-baseline")?.detail;
    expect(detail(journal())).equal("no symptom in the baseline of 8 instances");
    expect(detail([...journal().slice(0, 1), again, ...journal().slice(1)])).equal(
      "no symptom in the baseline of 8 instances, the last of 2 that were tried",
    );
  });

  describe("a run that never came to its fault", () => {
    const unsteadyError: JournalRecord = {
      type: "error",
      at: 10_900,
      phase: "baseline",
      code: "unsteady-baseline",
      message: "no steady baseline within 10 s: put-flag@app-1 was wrong 3 times in a row",
    };
    const later = ["fire", "hold", "undo", "recover"];
    const endedEarly =
      (...types: readonly JournalRecord["type"][]) =>
      (record: JournalRecord) => {
        if (record.type === "samples") return { ...record, at: 10_900, rows: record.rows.filter(([at]) => at < 10_900) };
        if (record.type === "phase" && later.includes(record.phase)) return undefined;
        return without("fired", "undone", "witness", ...types)(record);
      };
    const wrong: Behaviour = (probe, at, random) => (probe.name === "put-flag" ? [5, "wrong"] : calm(probe, at, random));
    const because = { verdict: "inconclusive", because: "steady-baseline" } as const;
    const seen = ({ planes }: Verdict) => [...new Set(planes.map(({ observed }) => observed))];

    it("was not steady where all was bad from beginning to end, and for no other reason", () => {
      const plan = { ...diskPressure, expect: because };
      const verdict = judge([...journal({ plan, behaviour: wrong, edit: endedEarly() }), unsteadyError]);
      expect(verdict).include({
        outcome: "inconclusive",
        asExpected: true,
        reason: "steady-baseline: no steady baseline within 10 s: put-flag@app-1 was wrong 3 times in a row",
      });
      expect(broken(verdict)).include.members(["completed", "steady-baseline", "baseline-too-weak", "fault-acted"]);
      expect(seen(verdict)).deep.equal(["not seen"]);
      expect(verdict.diagnosis).deep.equal({ roots: [], abstained: "nothing was seen, since the run ended before its fault", rows: [] });
      // Another error is another reason.
      const error: JournalRecord = { type: "error", at: 11_000, phase: "stop", code: "engine", message: "gone" };
      expect(judge([...journal({ plan, behaviour: wrong, edit: endedEarly() }), unsteadyError, error]).asExpected).equal(false);
    });

    it("has no baseline where its start failed", () => {
      const records = journal({ behaviour: calm, edit: endedEarly("samples", "claims") });
      const error: JournalRecord = { type: "error", at: 600, phase: "start", code: "target", message: "no start" };
      const verdict = judge([...records.filter((record) => record.type !== "phase"), error]);
      expect(verdict.reason).equal("completed: error in phase start: no start");
      expect(verdict.assumptions.slice(1, 3).map(({ held, detail }) => [held, detail])).deep.equal([
        [false, "not judged: there was no baseline"],
        [false, "not judged: there was no baseline"],
      ]);
      expect(seen(verdict)).deep.equal(["not seen"]);
      expect(verdict.diagnosis.abstained).match(/^nothing was seen/u);
    });
  });

  it("a machine that slowed the vantage itself is not the target's fault: nothing is refuted by what it slowed", () => {
    const twin = (late: number, stallMs = 14): JournalRecord => ({
      type: "twin",
      at: times.stopped,
      vantage: "user",
      rows: Array.from({ length: 500 }, (_, index) => [
        1_000 + 100 * index,
        index % 2,
        index === 50 ? stallMs : index >= 400 && index < 400 + late ? 60 : 14,
      ]),
    });
    const slow: Behaviour = (probe, at, random) =>
      probe.plane === "data" && at > 41_000 && at < 46_000 ? [45, "ok"] : crawlingWrites(probe, at, random);
    const judged = (late: number, behaviour: Behaviour, stallMs?: number) => judge([...journal({ behaviour }), twin(late, stallMs)]);
    expect(judged(8, slow)).to.include({ outcome: "refuted" });
    expect(judged(9, slow)).to.include({
      outcome: "inconclusive",
      reason: "prober-starved: the vantage user was slow by itself in 9 of 400 windows, so the machine may be what slowed the target",
    });
    // One stall of the baseline does not make a slow machine the usual one.
    expect(judged(9, slow, 3_000)).to.include({ outcome: "inconclusive" });
    // What was proved in spite of it stays proved.
    expect(judged(9, crawlingWrites)).to.include({ outcome: "confirmed" });
  });

  it("a baseline above half the tolerance is too weak", () => {
    const verdict = judge(
      journal({
        behaviour: (probe, at, random) =>
          probe.plane === "data" && at < times.fault && at % 2_000 === 0 ? [1, "failed"] : crawlingWrites(probe, at, random),
      }),
    );
    expect(broken(verdict)).deep.equal(["baseline-too-weak"]);
  });

  it("a bystander that slowed down is harm", () => {
    const verdict = judge(
      journal({ witness: (witness, at) => ({ ...throttled(witness, at), bystanderMs: partAt(at) === "fault" ? 400 : 7 }) }),
    );
    expect(broken(verdict)).deep.equal(["no-bystander-harm"]);
    expect(verdict.leaks).deep.equal([]);
  });

  it("a foreign change breaks the verdict and is a leak", () => {
    const verdict = judge(
      journal({
        edit: (record) => (record.type === "digest" && record.when === "after" ? { ...record, digest: { "etcd-1/limits": "20" } } : record),
      }),
    );
    expect(broken(verdict)).deep.equal(["no-foreign-change"]);
    expect(verdict.leaks).deep.equal(['etcd-1/limits was "none" and is "20"']);
  });

  it("broken in the written order: the first one is the reason", () => {
    const verdict = judge(journal({ edit: without("end", "witness", "digest") }));
    expect(broken(verdict)).deep.equal(["completed", "fault-acted", "fault-gone", "no-foreign-change"]);
    expect(verdict.reason).match(/^completed/u);
  });

  it("an undecided witness is no witness", () => {
    expect(judge(journal({ witness: () => undefined })).reason).match(/^fault-acted: not seen acting/u);
  });

  it("four blocks of baseline are too few", () => {
    const verdict = judge(
      journal({
        behaviour: (probe, at, random) =>
          probe.instance === "put-flag@app-1" && at < 10_600 ? undefined : crawlingWrites(probe, at, random),
      }),
    );
    expect(verdict.assumptions.find(({ name }) => name === "enough-samples")?.detail).match(/put-flag@app-1: [1-4] blocks of baseline/u);
  });
});
