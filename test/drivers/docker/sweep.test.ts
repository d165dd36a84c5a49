// What the end of a session and `cleanup` remove, in which order, and what they leave where something resists.
import { expect } from "chai";
import type Dockerode from "dockerode";
import type { Engine } from "../../../src/drivers/docker/engine.ts";
import { labelsOf, resourceName } from "../../../src/drivers/docker/labels.ts";
import { type Found, sweep } from "../../../src/drivers/docker/sweep.ts";

const of = (what: Found["what"], kind: Parameters<typeof labelsOf>[2], name: string, session = "s1"): Found => ({
  what,
  id: resourceName(session, name),
  name: resourceName(session, name),
  labels: labelsOf(session, "r1", kind, name),
});
const all = [
  of("container", "keeper", "keeper"),
  of("container", "component", "box"),
  of("container", "agent", "box-agent"),
  of("network", "network", "data"),
  of("volume", "volume", "ledger"),
  of("volume", "volume", "box-data"),
];

/** An engine that says what it was told to remove, and cannot remove these. */
function engineWith(resisting: readonly string[]): { readonly engine: Engine; readonly asked: string[] } {
  const asked: string[] = [];
  const one = (name: string) => ({
    remove: async () => {
      asked.push(name);
      if (resisting.includes(name)) throw Object.assign(new Error("did not die"), { statusCode: 500 });
    },
  });
  const docker = { getContainer: one, getNetwork: one, getVolume: one } as unknown as Dockerode;
  return { engine: { docker, cgroupVersion: 1, cgroupDriver: "cgroupfs" }, asked };
}

describe("sweep", () => {
  it("removes keepers last of all containers, then networks and volumes", async () => {
    const { engine, asked } = engineWith([]);
    const { errors, removed } = await sweep(engine, all);
    expect([errors, removed.length]).to.deep.equal([[], all.length]);
    expect(asked.map((name) => name.replace("pf-s1-", ""))).to.deep.equal(["box", "box-agent", "keeper", "data", "ledger", "box-data"]);
  });

  it("leaves keeper and ledger to a component that resists, and says so: its limit may be what it dies of so slowly", async () => {
    const { engine, asked } = engineWith(["pf-s1-box"]);
    const other = of("container", "keeper", "keeper", "s2");
    const { errors } = await sweep(engine, [...all, other]);
    expect(errors).to.deep.equal([
      "container pf-s1-box: did not die",
      "container pf-s1-keeper: left, since it may have to undo what keeps a component",
    ]);
    expect(asked).to.include.members(["pf-s1-box-agent", "pf-s1-box-data", "pf-s2-keeper"]).and.not.include("pf-s1-ledger");
  });

  it("removes a keeper where only others resist", async () => {
    const { engine, asked } = engineWith(["pf-s1-box-agent"]);
    await sweep(engine, all);
    expect(asked).to.include.members(["pf-s1-keeper", "pf-s1-ledger"]);
  });
});
