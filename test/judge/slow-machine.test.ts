// What a slow machine may have caused is not laid at the target's door: no symptom is confirmed that its own stalls explain, and none is doubted that they do not.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { Prediction } from "../../src/model/plan.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { type Behaviour, calm, diskPressure, journal, partAt, predictions, puts } from "./journal-builder.ts";

/** A vantage's own delays, every 100 ms. */
const twin = (delayMs: (at: number) => number): JournalRecord => ({
  type: "twin",
  at: 51_000,
  vantage: "user",
  rows: Array.from({ length: 500 }, (_, index) => [1_000 + 100 * index, 0, delayMs(1_000 + 100 * index)]),
});
const judged = (line: Partial<Extract<Prediction, { kind: "symptom" }>>, behaviour: Behaviour, delayMs: (at: number) => number) => {
  const prediction = { ...predictions.slow, atLeast: undefined, withinMs: undefined, ...line };
  const records = journal({ plan: { ...diskPressure, predictions: [prediction] }, behaviour });
  const [verdict] = judge([...records, twin(delayMs)]).predictions;
  return `${verdict?.outcome}: ${verdict?.observed}`;
};
const writes =
  (seen: (at: number) => readonly [number, "ok" | "late" | "failed"] | undefined): Behaviour =>
  (probe, at, random) =>
    (puts.includes(probe.instance) && partAt(at) === "fault" ? seen(at) : undefined) ?? calm(probe, at, random);
const usual = () => 3;

describe("a symptom on a slow machine", () => {
  /** Three seconds in which nothing ran well. */
  const hiccup = (at: number) => at >= 15_000 && at < 18_000;
  const held = (ms: number) => (at: number) => (hiccup(at) ? ms : 3);

  it("is not confirmed where it lasted as long as the vantage itself was slow", () => {
    const slow = writes((at) => (hiccup(at) ? [120, "ok"] : undefined));
    expect(judged({}, slow, usual)).match(/^confirmed: put-flag@app-1 slow/u);
    expect(judged({}, slow, held(90))).match(
      /^inconclusive: put-flag@app-1 undecided: slow, .*, and without what the machine's own stalls explain it could not be called; put-flag@app-2/u,
    );
  });

  it("is not confirmed, be it failing or some symptom or other", () => {
    const refused = writes((at) => (hiccup(at) ? [2, "failed"] : undefined));
    for (const symptom of ["failing", "impaired"] as const) {
      expect(judged({ symptom }, refused, usual)).match(/^confirmed/u);
      expect(judged({ symptom }, refused, held(90))).match(/^inconclusive: put-flag@app-1 undecided: failing/u);
    }
  });

  it("is confirmed where it lasted longer: two stalls do not explain twenty seconds", () => {
    const stalls = (at: number) => (at === 14_000 || at === 22_000 ? 100 : 3);
    expect(
      judged(
        { symptom: "failing" },
        writes(() => [2, "failed"]),
        stalls,
      ),
    ).match(/^confirmed/u);
    expect(
      judged(
        { symptom: "failing" },
        writes(() => [8_000, "late"]),
        stalls,
      ),
    ).match(/^confirmed/u);
    expect(
      judged(
        { atLeast: 20 },
        writes(() => [1_300, "ok"]),
        stalls,
      ),
    ).match(/^confirmed/u);
  });

  it("is confirmed beside many short stalls where each answer took much longer than they", () => {
    const often = (everyMs: number) => (at: number) => (at > 11_000 && at % everyMs === 0 ? 60 : 3);
    expect(
      judged(
        { symptom: "failing" },
        writes(() => [8_000, "late"]),
        often(1_000),
      ),
    ).match(/^confirmed/u);
    expect(
      judged(
        {},
        writes(() => [1_300, "ok"]),
        often(1_000),
      ),
    ).match(/^confirmed/u);
    expect(
      judged(
        { symptom: "failing" },
        writes(() => [2, "failed"]),
        often(300),
      ),
    ).match(/^confirmed/u);
  });

  it("is not confirmed as strong as predicted where only the stalls made it so", () => {
    const stalled = (at: number) => at >= 11_000 && at < 25_000;
    const both = writes((at) => (stalled(at) ? [400, "ok"] : [80, "ok"]));
    expect(judged({ atLeast: 20 }, both, usual)).match(/^confirmed/u);
    expect(judged({ atLeast: 20 }, both, (at) => (stalled(at) ? 390 : 3))).match(/^inconclusive/u);
    expect(judged({}, both, (at) => (stalled(at) ? 390 : 3))).match(/^confirmed/u);
  });

  it("is confirmed where answers are wrong: no stall makes them so", () => {
    const wrong: Behaviour = (probe, at, random) => (puts.includes(probe.instance) && hiccup(at) ? [4, "wrong"] : calm(probe, at, random));
    expect(judged({ symptom: "wrong" }, wrong, held(90))).match(/^confirmed/u);
  });
});
