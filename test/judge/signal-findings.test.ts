// Where signals lied, and for how long.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { ClaimRow, JournalRecord } from "../../src/model/record.ts";
import { type Behaviour, calm, journal, noopPlan, partAt, type Script, times } from "./journal-builder.ts";

const rows =
  (change: (row: ClaimRow) => readonly ClaimRow[]) =>
  (record: JournalRecord): JournalRecord =>
    record.type === "claims" ? { ...record, rows: record.rows.flatMap(change) } : record;
type Claims = NonNullable<Script["claim"]>;
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

const alarmed: Claims = (_, at) => (partAt(at) === "fault" ? "unhealthy" : "healthy");
const blind: Behaviour = (probe, at, random) =>
  probe.plane === "management" && partAt(at) === "fault" ? [500, "late"] : calm(probe, at, random);

describe("green and red", () => {
  it("are about traffic and changes: beside trouble of the management plane alone green is true, and red is not", () => {
    expect(signalOf({ plan: noopPlan, behaviour: blind })).deep.include({ falseGreenMs: 0, lieAbout: undefined, falseRedMs: 0 });
    expect(signalOf({ plan: noopPlan, behaviour: blind, claim: alarmed })?.falseRedMs).within(19_500, 20_500);
  });
  it("lie about the plane of users or changes, be the management plane hit for longer", () => {
    const lost: Behaviour = (probe, at, random) =>
      probe.plane === "control" && at > 20_000 && at < 30_000 ? [50, "late"] : blind(probe, at, random);
    const signal = signalOf({ plan: noopPlan, behaviour: lost });
    expect(signal?.lieAbout).equal("control");
    expect(signal?.falseGreenMs).within(9_500, 10_500);
  });
  it("are about those for whom the signal answers: the store behind a cache is not to blame for lost users", () => {
    const lost: Behaviour = (probe, at, random) =>
      probe.plane === "data" && partAt(at) === "fault" ? [50, "late"] : calm(probe, at, random);
    expect(signalOf({ plan: noopPlan, behaviour: lost })).deep.include({ falseGreenMs: 0, lieAbout: undefined });
    // Its red is excused all the same: somebody is hit, and it may know why.
    expect(signalOf({ plan: noopPlan, behaviour: lost, claim: alarmed })?.falseRedMs).equal(0);
  });
  it("forgive both two periods of lateness", () => {
    const brief =
      (ms: number): Behaviour =>
      (probe, at, random) =>
        probe.plane === "control" && at > 20_000 && at < 20_000 + ms ? [50, "late"] : calm(probe, at, random);
    expect(signalOf({ plan: noopPlan, behaviour: brief(800) })).deep.include({ falseGreenMs: 0, lieAbout: undefined });
    expect(signalOf({ plan: noopPlan, behaviour: brief(2_000) })?.falseGreenMs).within(1_800, 2_200);
  });
});

describe("a signal that speaks of probes of the management plane, too", () => {
  const about = (probe: string) => ({ ...noopPlan, signals: noopPlan.signals.map((signal) => ({ ...signal, alsoAbout: [probe] })) });
  it("tells the truth where it is red while one of them is impaired, and lies with green", () => {
    const plan = about("ssh-banner");
    expect(signalOf({ plan, behaviour: blind, claim: alarmed })).deep.include({ falseRedMs: 0, redBeside: undefined, falseGreenMs: 0 });
    const green = signalOf({ plan, behaviour: blind });
    expect(green?.falseGreenMs).within(17_000, 20_500);
    expect(green).deep.include({ lieAbout: "management", falseRedMs: 0 });
  });
  it("speaks of no other probe of that plane", () => {
    const plan = about("audit");
    expect(signalOf({ plan, behaviour: blind })).deep.include({ falseGreenMs: 0, lieAbout: undefined });
    expect(signalOf({ plan, behaviour: blind, claim: alarmed })?.falseRedMs).within(19_500, 20_500);
  });
});

describe("a signal that was not well before the fault", () => {
  const red: Claims = () => "unhealthy";
  it("is neither a liar nor an alarmist", () => {
    expect(signalOf({ plan: noopPlan, behaviour: calm, claim: red })).deep.include({ wasWell: false, falseRedMs: 0 });
    const mended: Claims = (_, at) => (at < times.fault ? "silent" : "healthy");
    expect(signalOf({ claim: mended })).deep.include({ wasWell: false, falseGreenMs: 0, lieAbout: undefined });
  });
  it("has been well with one odd answer, unless it was the last one, and whatever it said at first", () => {
    const odd =
      (instant: number): Claims =>
      (_, at) =>
        at === instant ? "unhealthy" : "healthy";
    expect(signalOf({ claim: odd(8_000) })?.wasWell).equal(true);
    expect(signalOf({ claim: (_, at) => (at < 5_000 ? "unhealthy" : "healthy") })?.wasWell).equal(true);
    expect(signalOf({ claim: (_, at) => (at < 8_000 ? "unhealthy" : "healthy") })?.wasWell).equal(false);
    expect(signalOf({ claim: odd(10_500) })?.wasWell).equal(false);
  });
  it("says so in the rows of the diagnosis, which does not quote it", () => {
    const { rows } = judge(journal({ claim: red })).diagnosis;
    expect(rows).include("etcd-health@etcd-1 was not well before the fault either, so it is not listened to");
    expect(rows.join("\n")).not.contain("says so too");
  });
});

describe("false red", () => {
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
