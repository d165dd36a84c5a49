// What two looks say of a change: it acts where its own traces are there, and only there. And of leaks: each kind, planted, is seen.
import { expect } from "chai";
import { tinyPlan } from "../docker/tiny.ts";
import { acts, type BoxLook, differences, leavings, type ProcessLook } from "./look.ts";

const calm: BoxLook = {
  network: { links: "up", routes: "two", neighbours: "[]", qdiscs: "noqueue" },
  rules: { elements: [], tables: [] },
  limits: {
    "blkio/planefault-writer/blkio.throttle.write_iops_device": "",
    "cpu/cpu.cfs_quota_us": "-1",
    "memory/memory.limit_in_bytes": "max",
  },
  processes: [
    { name: "writer", pid: 7, stopped: false, traced: false, ours: undefined },
    { name: "clerk", pid: 8, stopped: false, traced: false, ours: undefined },
  ],
};
const without = (name: string) => calm.processes.filter((one) => one.name !== name);
/** One process of the two in another state. */
const changed = (name: string, state: Partial<ProcessLook>): BoxLook => ({
  ...calm,
  processes: calm.processes.map((one) => (one.name === name ? { ...one, ...state } : one)),
});

/** One more, of ours. */
const beside = (name: string, ours: string): BoxLook => ({
  ...calm,
  processes: [...calm.processes, { name, pid: 9, stopped: false, traced: false, ours }],
});

/** What each op does to the component that it hits, as somebody else sees it. */
const traces: Readonly<Record<string, (id: string) => BoxLook>> = {
  "packets.block": (id) => ({ ...calm, rules: { elements: [`c_${id}`], tables: ["planefault_run"] } }),
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
  it("takes what it could not ask of a component that still runs for acting", async () => {
    for (const change of (await tinyPlan("everything")).changes.filter(({ apply }) => apply.op === "packets.block"))
      expect(acts(change, calm, { ...calm, rules: undefined }), change.id).to.equal(true);
  });
  it("takes a processor whose limit has gone for squeezed as long as busy processes of ours live", async () => {
    const squeeze = (await tinyPlan("everything")).changes.find(({ apply }) => apply.op === "cpu.limit") ?? expect.fail("nothing squeezes");
    expect(acts(squeeze, calm, beside("sha256sum", "busy"))).to.equal(true);
  });
  it("sees any process of the component's that is held, and none of ours for one of its own", () => {
    const held = { name: "runsv", pid: 6, stopped: false, traced: true, ours: undefined };
    expect(differences({ box: calm }, { box: { ...calm, processes: [...calm.processes, held] } })).to.deep.equal([
      "box process runsv: stopped or traced",
    ]);
    const clerkOfOurs = { name: "clerk", pid: 9, stopped: false, traced: false, ours: "agent" };
    expect(differences({ box: calm }, { box: { ...calm, processes: [...without("clerk"), clerkOfOurs] } })).to.deep.equal([
      "box process clerk: absent",
    ]);
  });
  it("excuses of the network what still waits for cleanup, there and nothing else", async () => {
    const [down] = (await tinyPlan("everything")).changes.filter(({ apply }) => apply.op === "link.down");
    const now = { ...calm, network: { ...calm.network, links: "down", routes: "one", qdiscs: "tbf" } };
    const at = down?.apply.at.component ?? "";
    expect(differences({ [at]: calm }, { [at]: now }, down ? [down] : [])).to.deep.equal([`${at} qdiscs: noqueue -> tbf`]);
    expect(differences({ box: calm }, { box: now }, down ? [down] : [])).to.have.length(3);
  });
  it("sees what agents leave behind: a table, where they were not killed, and any process of ours", () => {
    const table = { box: { ...calm, rules: { elements: [], tables: ["planefault_run"] } } };
    expect(leavings(table, "ended")).to.deep.equal(["box packets: table planefault_run of ours"]);
    expect(leavings(table, "killed")).to.deep.equal([]);
    for (const agents of ["ended", "killed"] as const)
      expect(leavings({ box: beside("strace", "agent") }, agents)).to.deep.equal(["box process strace: agent of ours (pid 9)"]);
    expect(leavings({ box: calm }, "ended")).to.deep.equal([]);
  });
});
