// The lines about one probe together say all that it shows, at any time from the fault on.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { Prediction } from "../../src/model/plan.ts";
import { type Behaviour, calm, crawlingWrites, journal, times, diskPressure, predictions } from "./journal-builder.ts";

const outcomes = (lines: readonly Prediction[], behaviour: Behaviour) =>
  judge(journal({ behaviour, plan: { ...diskPressure, predictions: lines } })).predictions.map(
    ({ outcome, observed }) => `${outcome}: ${observed}`,
  );

const writes =
  (hit: (at: number) => readonly [number, "ok" | "wrong" | "failed" | "late"] | undefined): Behaviour =>
  (probe, at, random) =>
    (probe.name === "put-flag" && at >= times.fault ? hit(at) : undefined) ?? calm(probe, at, random);

const slow = { ...predictions.slow, atLeast: undefined, withinMs: undefined } as const;

describe("lines of symptoms", () => {
  it("are refuted by another symptom after the window of the line", () => {
    const then = writes((at) => (at < times.fault + 5_000 ? [900, "ok"] : at < times.undone ? [2, "failed"] : undefined));
    const early = { ...slow, beforeMs: 5_000 } as const;
    expect(outcomes([early], then)[0]).match(/^refuted: put-flag@app-1 failing, predicted slow/u);
    const later = { ...slow, id: "later", symptom: "failing", afterMs: 5_000 } as const;
    expect(outcomes([early, later], then).map((one) => one.split(":")[0])).deep.equal(["confirmed", "confirmed"]);
  });

  it("are refuted by wrong answers during the recovery", () => {
    const wrong = writes((at) => (at < times.undone ? [900, "ok"] : [2, "wrong"]));
    expect(outcomes([slow], wrong)[0]).match(/^refuted: put-flag@app-1 wrong, predicted slow/u);
  });

  it("take what is late for stale, but not what was refused", () => {
    const beats =
      (outcome: "late" | "failed"): Behaviour =>
      (probe, at, random) =>
        probe.name === "flag-propagation" && at >= times.fault && at < times.undone
          ? [outcome === "late" ? 8_000 : 1, outcome]
          : calm(probe, at, random);
    expect(outcomes([predictions.stale], beats("late"))[0]).match(/^confirmed: flag-propagation stale/u);
    expect(outcomes([predictions.stale], beats("failed"))[0]).match(/^refuted: flag-propagation failing, predicted stale/u);
    expect(outcomes([predictions.stale], crawlingWrites)[0]).match(/^confirmed/u);
  });

  it("cannot refute a factor with samples that only say `at least the deadline`", () => {
    const late = writes((at) => (at < times.undone ? [8_000, "late"] : undefined));
    const factor = { ...slow, symptom: "slow", atLeast: 5_000 } as const;
    const failing = { ...slow, id: "failing", symptom: "failing" } as const;
    expect(outcomes([factor, failing], late)[0]).match(/^inconclusive: put-flag@app-1 undecided: slow/u);
  });
});
