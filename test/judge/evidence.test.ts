// Counters beside the probes: shown before and during the fault, never part of a verdict.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { journal, partAt } from "./journal-builder.ts";

/** One reading a second of etcd-1, as agents write them. */
function withReadings(values: (at: number, second: number) => Readonly<Record<string, number>>): readonly JournalRecord[] {
  const records = journal();
  const readings = Array.from({ length: 50 }, (_, second): JournalRecord => {
    const at = 1_000 + 1_000 * second;
    return { type: "evidence", at, component: "etcd-1", values: values(at, second) };
  });
  return [...records.slice(0, -1), ...readings, ...records.slice(-1)];
}

describe("evidence", () => {
  it("is the rise per second of what never falls, and the mean of anything else", () => {
    const verdict = judge(
      withReadings((at, second) => ({
        dropped: partAt(at) === "baseline" ? 7 : 7 + 30 * (second - 9),
        queued: partAt(at) === "fault" ? 40 + 2 * (second % 2) : second % 2,
        members: 3,
      })),
    );
    expect(verdict.evidence).deep.equal([
      { component: "etcd-1", name: "dropped per second", baseline: 0, fault: 30 },
      { component: "etcd-1", name: "members", baseline: 3, fault: 3 },
      { component: "etcd-1", name: "queued", baseline: 0.5, fault: 41 },
    ]);
  });
  it("is left out where it was not read both before and during the fault", () => {
    const late = judge(withReadings((at): Readonly<Record<string, number>> => (partAt(at) === "baseline" ? {} : { late: at, level: -at })));
    expect(late.evidence).deep.equal([]);
  });
  it("changes no verdict", () => {
    const { evidence, ...verdict } = judge(withReadings((_, second) => ({ alarms: second ** 3 })));
    const { evidence: none, ...plain } = judge(journal());
    expect([evidence.length, none.length]).deep.equal([1, 0]);
    expect(verdict).deep.equal(plain);
  });
});
