// What is demanded of each series of crashes, and how the table says it.
import { expect } from "chai";
import type { Plan } from "../../src/model/plan.ts";
import { tinyPlan } from "../docker/tiny.ts";
import { killed, victims } from "./series.ts";
import { complaintsOf, crashTable, seriesTable } from "./table.ts";
import type { Trial } from "./trial.ts";

const trial = (actedForMs: Trial["actedForMs"], more: Partial<Trial> = {}): Trial => ({
  kind: "harness",
  instant: { step: 40 },
  wasKilled: true,
  actedForMs,
  different: [],
  left: [],
  ...more,
});

describe("the table of crashes", () => {
  let plan: Plan;
  before(async () => (plan = await tinyPlan("everything")));

  it("counts what acted, names what went on for too long, and the slowest end", () => {
    const trials = [trial(new Map([["c3", 400]])), trial(new Map([["c3", 1_001]])), trial(new Map([["c4", undefined]]))];
    const rows = crashTable(plan, trials).rows.filter(([, fault]) => fault === "disk.throttle" || fault === "process.pause");
    expect(rows).to.deep.equal([
      ["harness", "disk.throttle", "2", "1001 ms", "1000 ms", "1"],
      ["harness", "process.pause", "1", "never", "1000 ms", "1"],
    ]);
    expect(complaintsOf(plan, trials)).to.deep.equal([
      "harness killed at step 40: disk.throttle (c3) went on for 1001 ms",
      "harness killed at step 40: process.pause (c4) never ended",
    ]);
  });
  it("allows a second to agents that live, and a supervisor its own time on top", () => {
    const allowed = plan.changes.map(({ id, undo }) => [id, undo.op === "process.ensure" ? 3_000 : 1_000] as const);
    expect(complaintsOf(plan, [trial(new Map(allowed))])).to.deep.equal([]);
    expect(complaintsOf(plan, [trial(new Map(allowed.map(([id, ms]) => [id, ms + 1])))])).to.have.length(allowed.length);
  });
  it("allows a lease, and no more, where others of our programs died with the harness", () => {
    for (const kind of killed.slice(1)) {
      const dead = (overMs: number) =>
        trial(new Map(plan.changes.map(({ id, leaseMs }) => [id, leaseMs + overMs])), { kind, instant: { afterMs: 7_000.4 } });
      const waiting = victims[kind].includes("standby") ? 3 : 0;
      expect(complaintsOf(plan, [dead(0)]), kind).to.deep.equal([]);
      expect(complaintsOf(plan, [dead(1)]), kind).to.have.length(plan.changes.length - waiting);
    }
  });
  it("lets only what is done to links wait for cleanup, and only where the standbys died, too", () => {
    const endless = new Map(plan.changes.map(({ id }) => [id, undefined]));
    const waits = (kind: Trial["kind"]): readonly (string | undefined)[] => {
      const { rows } = crashTable(plan, [trial(endless, { kind })]);
      return rows.filter((row) => row[4] === "at cleanup" && row[5] === "").map(([, fault]) => fault);
    };
    expect(killed.map(waits)).to.deep.equal([[], [], ...["agents too", "all"].map(() => ["link.down", "link.flap", "net.rate"])]);
  });
  it("counts the trials of each series, and those that kept every promise", () => {
    const trials = [
      trial(new Map([["c3", 400]])),
      trial(new Map([["c3", 1_001]])),
      trial(new Map(), { wasKilled: false }),
      trial(new Map(), { kind: "harness and agents", left: ["volume x"] }),
    ];
    expect(seriesTable(plan, trials).rows).to.deep.equal([
      ["harness", "3", "2", "2", "2"],
      ["harness and agents", "1", "1", "0", "0"],
    ]);
  });
  it("allows nothing that is left", () => {
    expect(complaintsOf(plan, [trial(new Map(), { different: ["box-1 routes: two -> one"], left: ["volume x"] })])).to.deep.equal([
      "harness killed at step 40: not as before: box-1 routes: two -> one",
      "harness killed at step 40: left: volume x",
    ]);
  });
});
