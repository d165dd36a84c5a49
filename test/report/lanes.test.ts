import { expect } from "chai";
import type { JournalRecord } from "../../src/model/record.ts";
import { bandsOf } from "../../src/report/lanes.ts";

const claims = (...rows: Extract<JournalRecord, { type: "claims" }>["rows"]): readonly JournalRecord[] => [
  { type: "claims", at: 9_000, instance: "health", rows },
];
const bands = (records: readonly JournalRecord[]) => bandsOf(records, "health", 500, { from: 0, to: 20_000 });

describe("bands of a signal", () => {
  it("join readings that claim the same, each from its answer", () =>
    expect(bands(claims([0, 10, "healthy"], [500, 20, "healthy"], [1_000, 10, "silent"]))).to.deep.equal([
      { claim: "healthy", from: 10, to: 1_010 },
      { claim: "silent", from: 1_010, to: 1_510 },
    ]));

  it("show nothing while nobody answers: what is asked in a fault and answered after it claims nothing before", () =>
    expect(bands(claims([0, 10, "healthy"], [500, 7_000, "unhealthy"], [1_000, 8_000, "healthy"]))).to.deep.equal([
      { claim: "healthy", from: 10, to: 1_010 },
      { claim: "unhealthy", from: 7_500, to: 8_500 },
      { claim: "healthy", from: 9_000, to: 9_500 },
    ]));
});
