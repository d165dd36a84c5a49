// What signals claimed, against what was predicted.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { ClaimRow, JournalRecord } from "../../src/model/record.ts";
import { journal, partAt, type Script, diskPressure, predictions, times } from "./journal-builder.ts";

function only(prediction: (typeof predictions)["claims"] | object, script: Script = {}) {
  const plan = { ...diskPressure, predictions: [{ ...predictions.claims, ...prediction }] };
  const [verdict] = judge(journal({ ...script, plan })).predictions;
  return `${verdict?.outcome}: ${verdict?.observed}`;
}

const rows =
  (change: (row: ClaimRow) => readonly ClaimRow[]) =>
  (record: JournalRecord): JournalRecord =>
    record.type === "claims" ? { ...record, rows: record.rows.flatMap(change) } : record;

describe("predicted claims", () => {
  it("are refuted by what was claimed instead", () => {
    const claim = (_: unknown, at: number) => (partAt(at) === "fault" ? "unhealthy" : "healthy");
    expect(only({}, { claim })).equal("refuted: etcd-health@etcd-1 claims unhealthy, predicted healthy");
    expect(only({ claims: "unhealthy" }, { claim })).match(/^confirmed/u);
    expect(only({ during: "recovery" }, { claim })).match(/^confirmed/u);
  });

  it("are refuted where they were made now and then only, and forgiven one odd reading in ten", () => {
    const every = (nth: number) => (_: unknown, at: number) => (Math.round(at / 500) % nth === 0 ? "silent" : "healthy");
    expect(only({}, { claim: every(3) })).match(/claims healthy only in \d+ of 4\d readings/u);
    expect(only({}, { claim: every(12) })).match(/^confirmed/u);
  });

  it("are undecided without readings, and where only the beginning was looked at", () => {
    expect(only({}, { edit: rows(() => []) })).match(/^inconclusive/u);
    const early = rows((row) => (row[0] < times.fault + 1_500 || row[0] >= times.undo ? [row] : []));
    expect(only({}, { edit: early })).equal("inconclusive: etcd-health@etcd-1 undecided: 3 readings, 3 of 40 were asked for");
  });

  it("are undecided where most questions of the span got no answer in it: the few that did speak for themselves alone", () => {
    const hangs = rows(([at, tookMs, claim]) => [[at, at >= times.fault + 8_000 && at < times.undo ? 30_000 : tookMs, claim]]);
    expect(only({}, { edit: hangs })).match(/^inconclusive: etcd-health@etcd-1 undecided: 1\d readings, 40 of 40 were asked for/u);
  });

  it("of silence are decided by what could have been answered in the span: silence is known at the deadline only", () => {
    const deadlineMs = 12_000;
    const plan = {
      ...diskPressure,
      signals: diskPressure.signals.map((signal) => ({ ...signal, deadlineMs })),
      predictions: [{ ...predictions.claims, claims: "silent" as const }],
    };
    const silentUntil = (endMs: number): string => {
      const isSilent = (at: number): boolean => partAt(at) === "fault" && at < times.fault + endMs;
      const script: Script = {
        claim: (_, at) => (isSilent(at) ? "silent" : "healthy"),
        claimMs: (_, at) => (isSilent(at) ? deadlineMs : 3),
      };
      const [verdict] = judge(journal({ ...script, plan })).predictions;
      return `${verdict?.outcome}: ${verdict?.observed}, ${verdict?.evidence}`;
    };
    expect(silentUntil(20_000)).match(/^confirmed: etcd-health@etcd-1 claims silent, .*: 1[67] silent$/u);
    expect(silentUntil(6_000)).match(/^refuted: etcd-health@etcd-1 claims silent only in 12 of 1[67] readings, predicted silent/u);
    expect(only({ claims: "silent", withinMs: 17_000 }, { claim: (_, at) => (partAt(at) === "fault" ? "silent" : "healthy") })).match(
      /^inconclusive: etcd-health@etcd-1 undecided: 2 readings/u,
    );
  });

  it("are undecided where the signal was ill or silent before the fault already, and refuted by health all the same", () => {
    const always = (word: ClaimRow[2]) => ({ claim: () => word });
    const undecided = "inconclusive: etcd-health@etcd-1 undecided: it was not well before the fault either";
    expect(only({ claims: "unhealthy" }, always("unhealthy"))).equal(undecided);
    expect(only({ claims: "silent" }, always("silent"))).equal(undecided);
    const cured = (_: unknown, at: number) => (partAt(at) === "baseline" ? "unhealthy" : "healthy");
    expect(only({ claims: "unhealthy" }, { claim: cured })).match(/^refuted/u);
    expect(only({}, { claim: cured })).match(/^confirmed/u);
  });
});
