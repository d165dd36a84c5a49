// The World contract on the model, and what is the model's own: sabotage is seen by the witnesses, quorum rules, leases.
import { expect } from "chai";
import { seededRandom } from "../../../src/drivers/sim/random.ts";
import { SimWorld } from "../../../src/drivers/sim/sim-world.ts";
import type { Traffic } from "../../../src/model/op.ts";
import type { Measurement, ProbeInstance } from "../../../src/model/probe.ts";
import type { Stack } from "../../../src/model/stack.ts";
import { virtualClock } from "../../../src/run/virtual-clock.ts";
import { type Broken, samplePlan, sampleStack, slowDisk, stopped } from "../../run/sample-plan.ts";
import { of, phaseAt, samplesOf, simulate } from "../../run/simulate.ts";
import { worldContract } from "../contract.ts";

const [member] = sampleStack().components;
if (!member) throw new Error("the sample stack has members");
const pair: Stack = {
  ...sampleStack(),
  networks: ["data"],
  roles: [],
  edges: [],
  vantages: [{ name: "user", networks: ["data"] }],
  components: [
    { ...member, name: "server", service: "server", networks: ["data"], volumes: [], processes: [] },
    { ...member, name: "store", service: "store", networks: ["data"], processes: [{ name: "store", exe: "/usr/bin/store" }] },
  ],
};
const phases = { baselineMs: 2_000, faultMs: 6_000, recoveryMs: 12_000 };
const putsOf = async (plan: ReturnType<typeof samplePlan>, instance: string, afterMs = 0) => {
  const { records } = (await simulate(plan)).journal;
  return samplesOf(records, instance, phaseAt(records, "hold", "begin") + afterMs, phaseAt(records, "undo", "begin"));
};
const late = (rows: Awaited<ReturnType<typeof putsOf>>): number => rows.filter(([, , outcome]) => outcome === "late").length;

describe("the simulated world", () => {
  worldContract({
    stack: pair,
    toleranceMs: 0,
    lacks: () => undefined,
    open: async () => {
      const clock = virtualClock();
      const world = new SimWorld(clock, seededRandom(1));
      const plant = async () => {
        world.planted["volumes/planted"] = "exists";
        return { remove: async () => void delete world.planted["volumes/planted"] };
      };
      return { world, clock, plant };
    },
  });

  it("a starved leader is handed over within a second; only those that talk to it go on failing", async () => {
    const plan = samplePlan([slowDisk("etcd-1", 2)], { phases });
    expect(late(await putsOf(plan, "put-flag@app-2"))).to.be.within(5, 10);
    expect(late(await putsOf(plan, "put-flag@app-2", 1_000))).to.equal(0);
    expect(late(await putsOf(plan, "put-flag@app-1", 1_000))).to.equal(50);
  });

  it("a starved follower is noticed only through it, and a majority is needed", async () => {
    const follower = samplePlan([slowDisk("etcd-2", 2)], { phases });
    expect(late(await putsOf(follower, "put-flag@app-1"))).to.equal(0);
    expect(late(await putsOf(follower, "put-flag@app-2"))).to.equal(60);
    expect(late(await putsOf(samplePlan([stopped("etcd-3")], { phases }), "put-flag@app-1"))).to.equal(0);
    expect(late(await putsOf(samplePlan([stopped("etcd-2"), stopped("etcd-3")], { phases }), "put-flag@app-1"))).to.equal(60);
  });

  it("users notice slow disks only where each read asks the store", async () => {
    const changes = [1, 2, 3].map((n) => slowDisk(`etcd-${n}`, 20));
    expect(late(await putsOf(samplePlan(changes, { phases }), "item-read@app-1"))).to.equal(0);
    expect(late(await putsOf(samplePlan(changes, { phases, stack: sampleStack("read-through") }), "item-read@app-1"))).to.equal(120);
  });

  it("health stays green on a crawling disk and tells the truth on a starved one", async () => {
    const claims = async (iops: number) => {
      const { records } = (
        await simulate(
          samplePlan(
            [1, 2, 3].map((n) => slowDisk(`etcd-${n}`, iops)),
            { phases },
          ),
        )
      ).journal;
      const [from, to] = [phaseAt(records, "hold", "begin"), phaseAt(records, "undo", "begin")];
      return new Set(
        of(records, "claims")
          .flatMap(({ rows }) => rows)
          .filter(([at]) => at >= from && at < to)
          .map(([, , claim]) => claim),
      );
    };
    expect(await claims(20)).to.deep.equal(new Set(["healthy"]));
    expect(await claims(2)).to.deep.equal(new Set(["unhealthy"]));
  });

  it("a sabotaged shot reports success, and the witness sees that nothing acts", async () => {
    const stoppedRows = async (sabotage?: "fire") => {
      const { records } = (await simulate(samplePlan([stopped("etcd-2")], { phases }), sabotage ? { sabotage } : {})).journal;
      expect(of(records, "fired")[0]?.answer).to.equal("done");
      return of(records, "witness")
        .flatMap(({ rows }) => rows)
        .filter(([, values]) => values["stopped"] === 1).length;
    };
    expect(await stoppedRows("fire")).to.equal(0);
    expect(await stoppedRows()).to.equal(60);
  });

  it("lost datagrams are not sent again; echoes come from a stopped component, answers do not", async () => {
    const peer = { component: "app-1", network: "data" };
    const common = {
      component: "app-1",
      vantage: "user",
      plane: "data",
      everyMs: 100,
      deadlineMs: 300,
      tolerance: 0.1,
      slowFloorMs: 10,
    } as const;
    const measurements: readonly Measurement[] = [
      { kind: "icmp", peer, sizeBytes: 56 },
      { kind: "udp", endpoint: { ...peer, port: 8080 }, send: "a", expect: "a" },
      { kind: "dns", endpoint: { ...peer, port: 53 }, name: "a", addresses: [], components: ["app-1"] },
      { kind: "exec", peer, run: ["true"], expect: undefined },
    ];
    const probes = measurements.map((measurement): ProbeInstance => ({
      ...common,
      instance: measurement.kind,
      name: measurement.kind,
      measurement,
    }));
    const blocked = (over: Partial<Traffic>): Broken => {
      const at = { component: "app-1" };
      const rest = { network: "data", protocol: "any", flows: "all", action: "drop", percent: 100 } as const;
      const traffic: Traffic = { from: { component: "user" }, ...rest, ...over };
      return { apply: { op: "packets.block", at, traffic }, undo: { op: "packets.pass", at, traffic }, holder: "kernel" };
    };
    const lateOf = async (change: Broken) => {
      const { records } = (await simulate({ ...samplePlan([change], { phases }), probes })).journal;
      const [from, to] = [phaseAt(records, "hold", "begin"), phaseAt(records, "undo", "begin")];
      return measurements.map(({ kind }) => {
        const rows = samplesOf(records, kind, from, to);
        return rows.length === 0 ? Number.NaN : late(rows) / rows.length;
      });
    };
    const [icmp = 0, udp = 0, dns = 0, exec = 0] = await lateOf(blocked({ percent: 50 }));
    for (const share of [icmp, udp, dns]) expect(share).to.be.within(0.3, 0.7);
    expect(exec).to.be.within(0.3, 0.9);
    expect(await lateOf(blocked({ protocol: "udp", port: 53 }))).to.deep.equal([0, 0, 1, 0]);
    expect(await lateOf(blocked({ protocol: "tcp" }))).to.deep.equal([0, 0, 0, 1]);
    expect(await lateOf(stopped("app-1"))).to.deep.equal([0, 1, 1, 1]);
  });
});
