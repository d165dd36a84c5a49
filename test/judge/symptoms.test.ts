// When a symptom began, for each way in which it can be called.
import { expect } from "chai";
import { baselineOf } from "../../src/judge/baseline.ts";
import { tracesOf } from "../../src/judge/symptoms.ts";
import type { Sample } from "../../src/model/record.ts";
import { probes } from "./etcd-app.ts";

describe("the onset of a symptom", () => {
  it("never lies behind its call: few changes that were never so late are stale, though a later stretch is louder", () => {
    const probe = probes.find(({ name }) => name === "flag-propagation");
    if (!probe) throw new Error("etcd-app has lost flag-propagation");
    const late = [...Array<boolean>(3).fill(true), ...Array<boolean>(15).fill(false), ...Array<boolean>(30).fill(true)];
    const bad = [...Array<boolean>(30).fill(false), ...late];
    const { everyMs, deadlineMs } = probe;
    const taken = bad.map((isLate, index): Sample => [index * everyMs, isLate ? probe.slowFloorMs + 50 : 2, "ok"]);
    const series = { everyMs, deadlineMs, taken, missed: [] };
    const faultMs = 30 * everyMs;
    const baseline = baselineOf(probe, series, { from: 0, to: faultMs }, faultMs, 0.001);
    const span = { from: faultMs, to: bad.length * everyMs };
    const stale = tracesOf({ probe, series, baseline }, span, 0.001).find(({ symptom }) => symptom === "stale");
    expect(stale?.called).to.deep.include({ atMs: faultMs + 3 * everyMs, onsetMs: faultMs });
    expect(stale?.called?.stretches.map(({ from }) => (from - faultMs) / everyMs)).to.deep.equal([0, 18]);
  });
});
