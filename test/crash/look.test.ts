// What two looks say of a change: it acts where its own traces are there, and only there.
import { expect } from "chai";
import { tinyPlan } from "../docker/tiny.ts";
import { acts, type BoxLook, differences, type ProcessLook } from "./look.ts";
import { complaintsOf, crashTable } from "./table.ts";
import type { Trial } from "./trial.ts";

const calm: BoxLook = {
  network: { links: "up", routes: "two", neighbours: "[]", qdiscs: "noqueue" },
  elements: [],
  limits: {
    "blkio/planefault-writer/blkio.throttle.write_iops_device": "",
    "cpu/cpu.cfs_quota_us": "-1",
    "memory/memory.limit_in_bytes": "max",
  },
  processes: [
    { name: "writer", pid: 7, stopped: false, traced: false },
    { name: "clerk", pid: 8, stopped: false, traced: false },
  ],
};
const without = (name: string) => calm.processes.filter((one) => one.name !== name);
/** One process of the two in another state. */
const changed = (name: string, state: Partial<ProcessLook>): BoxLook => ({
  ...calm,
  processes: calm.processes.map((one) => (one.name === name ? { ...one, ...state } : one)),
});

/** What each op does to the component that it hits, as somebody else sees it. */
const traces: Readonly<Record<string, (id: string) => BoxLook>> = {
  "packets.block": (id) => ({ ...calm, elements: [`c_${id}`] }),
  "disk.limit": () => ({ ...calm, limits: { ...calm.limits, "blkio/planefault-writer/blkio.throttle.write_iops_device": "8:0 4" } }),
  "link.down": () => ({ ...calm, network: { ...calm.network, routes: "one" } }),
  "rate.limit": () => ({ ...calm, network: { ...calm.network, qdiscs: "tbf" } }),
  "sync.delay": () => changed("writer", { traced: true }),
  "sync.fail": () => changed("writer", { traced: true }),
  "cpu.limit": () => ({ ...calm, limits: { ...calm.limits, "cpu/cpu.cfs_quota_us": "10000" } }),
  "memory.limit": () => ({ ...calm, limits: { ...calm.limits, "memory/memory.limit_in_bytes": "1" } }),
  "process.stop": () => changed("clerk", { stopped: true }),
  "process.kill": () => ({ ...calm, processes: without("clerk") }),
  "process.restart": () => ({ ...calm, processes: without("clerk") }),
};

describe("a look at a component", () => {
  it("sees each change by its own traces, and none where all is calm", async () => {
    const { changes } = await tinyPlan("everything");
    expect(new Set(changes.map(({ apply }) => apply.op))).to.deep.equal(new Set(Object.keys(traces)));
    for (const change of changes) {
      const trace = traces[change.apply.op]?.(change.id) ?? calm;
      expect(acts(change, calm, trace), change.id).to.equal(true);
      expect(acts(change, calm, calm), change.id).to.equal(false);
      expect(differences({ box: calm }, { box: trace }), change.id).not.to.deep.equal([]);
    }
    expect(differences({ box: calm }, { box: calm })).to.deep.equal([]);
  });
  it("sees nothing where nothing had been fired, or the component has gone", async () => {
    for (const change of (await tinyPlan("everything")).changes)
      expect([acts(change, undefined, calm), acts(change, calm, undefined)]).to.deep.equal([false, false]);
    expect(differences({}, { box: calm })).to.deep.equal(["box was not there before"]);
  });
});

describe("the table of crashes", () => {
  const trial = (actedForMs: Trial["actedForMs"], more: Partial<Trial> = {}): Trial => ({
    kind: "harness",
    instant: { step: 40 },
    wasKilled: true,
    actedForMs,
    different: [],
    left: [],
    ...more,
  });

  it("counts what acted, names what went on for too long, and the slowest end", async () => {
    const plan = await tinyPlan("everything");
    const trials = [trial(new Map([["c3", 400]])), trial(new Map([["c3", 1_700]])), trial(new Map([["c4", undefined]]))];
    const rows = crashTable(plan, trials).rows.filter(([, fault]) => fault === "disk.throttle" || fault === "process.pause");
    expect(rows).to.deep.equal([
      ["harness", "disk.throttle", "2", "1700 ms", "1"],
      ["harness", "process.pause", "1", "never", "1"],
    ]);
    expect(complaintsOf(plan, trials)).to.deep.equal([
      "harness killed at step 40: disk.throttle (c3) went on for 1700 ms",
      "harness killed at step 40: process.pause (c4) never ended",
    ]);
  });
  it("allows a lease where agents or keeper died with it, and nothing that is left", async () => {
    const plan = await tinyPlan("everything");
    const lease = plan.changes.find(({ id }) => id === "c3")?.leaseMs ?? 0;
    const dead = (ms: number) => trial(new Map([["c3", ms]]), { kind: "harness, agents and keeper", instant: { afterMs: 7_000.4 } });
    expect(complaintsOf(plan, [dead(lease + 500)])).to.deep.equal([]);
    expect(complaintsOf(plan, [dead(lease + 501)])).to.have.length(1);
    expect(complaintsOf(plan, [trial(new Map(), { different: ["box-1 routes: two -> one"], left: ["volume x"] })])).to.deep.equal([
      "harness killed at step 40: not as before: box-1 routes: two -> one",
      "harness killed at step 40: left: volume x",
    ]);
  });
});
