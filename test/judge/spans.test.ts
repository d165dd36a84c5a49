import { expect } from "chai";
import { mergeSpans, overlaps, spansOf } from "../../src/judge/spans.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { diskPressure } from "./journal-builder.ts";

const fired: JournalRecord = { type: "fired", at: 1_002, change: "c1", scheduledAt: 1_000, doneAt: 1_001, answer: "done" };
const undone = (at: number, answer: "done" | "lost" | "refused"): JournalRecord => ({
  type: "undone",
  at,
  change: "c1",
  answer,
  ...(answer === "done" && { doneAt: at - 1 }),
});
const endOf = (...records: readonly JournalRecord[]) => spansOf(diskPressure, [fired, ...records]).acted.get("c1")?.to;

describe("spans", () => {
  it("a change ends where its undo was seen, not where an earlier answer was lost or refused", () => {
    expect(endOf(undone(5_000, "done"))).equal(4_999);
    expect(endOf(undone(5_000, "lost"), undone(9_000, "done"))).equal(8_999);
    expect(endOf(undone(5_000, "refused"), undone(9_000, "done"))).equal(8_999);
    expect(endOf(undone(5_000, "done"), undone(9_000, "done"))).equal(4_999);
    expect(endOf(undone(5_000, "lost"))).equal(5_000);
    expect(endOf(undone(5_000, "refused"))).equal(undefined);
  });
  it("merge where they touch, in whatever order they come", () => {
    const spans = [
      { from: 30, to: 40 },
      { from: 0, to: 10 },
      { from: 10, to: 12 },
      { from: 32, to: 35 },
    ];
    expect(mergeSpans(spans)).deep.equal([
      { from: 0, to: 12 },
      { from: 30, to: 40 },
    ]);
  });
  it("overlap only where both last for some time", () => {
    const band = { from: 10, to: 20 };
    const touching = [
      { from: 0, to: 10 },
      { from: 20, to: 30 },
    ];
    expect(overlaps([band], touching)).deep.equal([]);
    const crossing = [
      { from: 5, to: 12 },
      { from: 18, to: 40 },
    ];
    expect(overlaps([band], crossing)).deep.equal([
      { from: 10, to: 12 },
      { from: 18, to: 20 },
    ]);
  });
});
