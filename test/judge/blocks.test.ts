import { expect } from "chai";
import { blocksOf, longestStallMs } from "../../src/judge/blocks.ts";
import { blockLengthMs } from "../../src/statistics/block-length.ts";
import { mergeOutcomes, mergeVerdict } from "../../src/judge/merge.ts";
import { judge } from "../../src/judge/judge.ts";
import type { Sample } from "../../src/model/record.ts";
import { calm, diskPressure, journal, partAt } from "./journal-builder.ts";

const rows: readonly Sample[] = [
  [0, 1, "ok"],
  [10, 1, "ok"],
  [100, 50, "ok"],
  [110, 1, "failed"],
  [120, 30, "wrong"],
  [130, 1, "ok"],
  [300, 90, "late"],
];
const series = { everyMs: 10, deadlineMs: 90, taken: rows, missed: [] };

describe("blocks", () => {
  it("are bad if any sample is, and absent without samples", () => {
    const blocks = blocksOf(series, { from: 0, to: 400 }, 100, 40);
    expect(blocks.map(({ atMs, failing, slow, wrong }) => [atMs, failing, slow, wrong])).deep.equal([
      [0, false, false, false],
      [100, true, true, true],
      [300, true, true, false],
    ]);
  });
  it("last 100 ms, one period or twice the longest baseline stall", () => {
    expect(longestStallMs(rows, 10, 40)).equal(30);
    expect([blockLengthMs(10, 30), blockLengthMs(500, 30), blockLengthMs(10, 150)]).deep.equal([100, 500, 300]);
  });
});

describe("merge table", () => {
  it("broken assumption beats all, then refuted, undecided, confirmed", () => {
    expect(mergeVerdict(false, ["refuted", "confirmed"])).equal("inconclusive");
    expect(mergeVerdict(true, ["confirmed", "refuted", "inconclusive"])).equal("refuted");
    expect(mergeVerdict(true, ["refuted", "inconclusive"])).equal("refuted");
    expect(mergeVerdict(true, ["confirmed", "inconclusive"])).equal("inconclusive");
    expect([mergeOutcomes(["confirmed"]), mergeOutcomes([])]).deep.equal(["confirmed", "inconclusive"]);
  });
});

describe("outage meter", () => {
  it("gives onset and end as intervals one period wide", () => {
    const verdict = judge(
      journal({
        behaviour: (probe, at, random) => (probe.plane === "data" && at >= 15_000 && at < 16_000 ? [50, "late"] : calm(probe, at, random)),
      }),
    );
    expect(verdict.probes[0]?.outages).deep.equal([{ onset: [14_990, 15_000], end: [15_990, 16_000], badSamples: 100 }]);
  });
  it("gives two of two faults, with the calm between them, and counts no lie in it", () => {
    const [first, second] = [
      { from: 12_000, to: 16_000 },
      { from: 21_000, to: 25_000 },
    ];
    const inside = (at: number): boolean => [first, second].some(({ from, to }) => at >= from && at < to);
    const verdict = judge(
      journal({ behaviour: (probe, at, random) => (probe.plane === "data" && inside(at) ? [50, "late"] : calm(probe, at, random)) }),
    );
    const [reads] = verdict.probes;
    expect(reads?.outages.map(({ onset, end }) => [onset[1], end?.[1]])).deep.equal([
      [12_000, 16_000],
      [21_000, 25_000],
    ]);
    expect(reads?.symptoms[0]?.windowsMs).deep.equal([
      [12_000, 16_000],
      [21_000, 25_000],
    ]);
    // A dashboard, which answers for all; the store behind the reads' cache does not.
    const dashboard = diskPressure.signals.map((signal) => ({ ...signal, component: "dashboard" }));
    const told = judge(
      journal({
        plan: { ...diskPressure, signals: dashboard },
        behaviour: (probe, at, random) => (probe.plane === "data" && inside(at) ? [50, "late"] : calm(probe, at, random)),
      }),
    );
    for (const { falseGreenMs } of told.signals) expect(falseGreenMs).within(7_000, 8_500);
  });
  it("shows a short one that no verdict is made of, and no single bad sample", () => {
    const bad = (count: number) =>
      judge(
        journal({
          behaviour: (probe, at, random) =>
            probe.plane === "data" && partAt(at) === "fault" && at >= 15_000 && at < 15_000 + 10 * count
              ? [50, "late"]
              : calm(probe, at, random),
        }),
      ).probes[0];
    expect(bad(3)?.outages).deep.equal([{ onset: [14_990, 15_000], end: [15_020, 15_030], badSamples: 3 }]);
    expect(bad(3)?.symptoms).deep.equal([]);
    expect(bad(1)?.outages).deep.equal([]);
  });
});
