// Where signals lied, and for how long.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { ClaimRow, JournalRecord } from "../../src/model/record.ts";
import { type Behaviour, calm, journal, noopPlan, partAt, type Script, times } from "./journal-builder.ts";

const rows =
  (change: (row: ClaimRow) => readonly ClaimRow[]) =>
  (record: JournalRecord): JournalRecord =>
    record.type === "claims" ? { ...record, rows: record.rows.flatMap(change) } : record;
const signalOf = (script: Script) => judge(journal(script)).signals[0];

describe("false green", () => {
  const falseGreenMs = (edit: (record: JournalRecord) => JournalRecord) => signalOf({ edit })?.falseGreenMs;

  it("counts from an answer to the next: 20 s of a fault that nobody admits", () => {
    expect(falseGreenMs((record) => record)).within(19_500, 20_500);
  });

  it("is none where health was asked during the fault and answered after it", () => {
    const held = rows(([at, tookMs, claim]) => [
      [at, at >= times.fault - 500 && at < times.undone ? times.undone + 100 - at : tookMs, claim],
    ]);
    expect(falseGreenMs(held)).at.most(1_000);
  });
});

describe("false red", () => {
  const alarmed: Script["claim"] = (_, at) => (partAt(at) === "fault" ? "unhealthy" : "healthy");
  const blind: Behaviour = (probe, at, random) =>
    probe.plane === "management" && partAt(at) === "fault" ? [500, "late"] : calm(probe, at, random);

  it("counts what was claimed to be ill while traffic flowed and changes went through", () => {
    const signal = signalOf({ plan: noopPlan, behaviour: calm, claim: alarmed });
    expect(signal?.falseRedMs).within(19_500, 20_500);
    expect(signal).deep.include({ redBeside: undefined, falseGreenMs: 0 });
  });
  it("is not excused by the management plane, which is named beside it: whoever cannot see knows nothing", () => {
    const signal = signalOf({ plan: noopPlan, behaviour: blind, claim: alarmed });
    expect(signal?.falseRedMs).within(19_500, 20_500);
    expect(signal?.redBeside).equal("management");
  });
  it("is none where the claim is true, nor where nothing is claimed", () => {
    expect(signalOf({ claim: alarmed })?.falseRedMs).equal(0);
    expect(
      signalOf({ plan: noopPlan, behaviour: blind, claim: (_, at) => (partAt(at) === "fault" ? "silent" : "healthy") })?.falseRedMs,
    ).equal(0);
  });
  it("is none where it was true when it was asked, and forgives two periods of lateness", () => {
    const late = rows(([at, tookMs, claim]) => [[at, at === 30_500 ? 6_000 : tookMs, at > 30_000 && at < 31_500 ? "unhealthy" : claim]]);
    expect(signalOf({ edit: late })?.falseRedMs).equal(0);
    const lasting = rows(([at, tookMs, claim]) => [[at, tookMs, at > 30_000 && at < 35_000 ? "unhealthy" : claim]]);
    expect(signalOf({ edit: lasting })?.falseRedMs).within(3_000, 4_000);
  });
});
