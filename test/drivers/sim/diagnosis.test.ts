// The blind diagnosis of what was done to the model: what was cut is known here, and the diagnosis sees what the vantages saw.
import { expect } from "chai";
import { seededRandom } from "../../../src/drivers/sim/random.ts";
import { diagnose } from "../../../src/judge/diagnosis.ts";
import { factsOf } from "../../../src/judge/facts.ts";
import { judge } from "../../../src/judge/judge.ts";
import type { JournalRecord } from "../../../src/model/record.ts";
import type { Diagnosis } from "../../../src/model/verdict.ts";
import { simulate } from "../../run/simulate.ts";
import { isHonest, type Planted, planOf, planesFor, plant, sizeOf } from "./random-stack.ts";

const cut = (on: string, to: string, network: string): Planted => ({
  plane: "control",
  component: on,
  fault: `{ kind: net.loss, on: ${on}, to: ${to}, percent: 100, network: ${network} }`,
});
const stack = { members: 3, applications: 2, readThrough: false };

async function diagnosisOf(planted: readonly Planted[], size = stack, seed = 1): Promise<Diagnosis> {
  return judge((await simulate(planOf(size, planted), { seed })).journal.records).diagnosis;
}

describe("diagnosis of cut ways on the model", function () {
  this.timeout(20_000);
  const read = async (planted: readonly Planted[]) => {
    const { roots, abstained } = await diagnosisOf(planted);
    return abstained ?? roots.map(({ root, component }) => `${root} ${component ?? "?"}`);
  };

  it("names a member that its peers and its application cannot reach, since its health check admits it", async () => {
    const peers = [cut("etcd-1", "etcd-2", "control"), cut("etcd-1", "etcd-3", "control")];
    expect(await read([...peers, cut("etcd-1", "app-1", "control")])).to.deep.equal(["control etcd-1"]);
    expect(await read(peers)).to.deep.equal(["control etcd-1"]);
  });
  it("names both planes of a member that nobody can reach", async () => {
    const all = [...["etcd-1", "etcd-3", "app-2"].map((peer) => cut("etcd-2", peer, "control")), cut("etcd-2", "admin", "mgmt")];
    expect(await read(all)).to.deep.equal(["control etcd-2", "management etcd-2"]);
  });
  it("names no component where an application and its member cannot reach each other: either may be to blame, or the way", async () => {
    expect(await read([cut("app-1", "etcd-1", "control")])).to.deep.equal(["control ?"]);
    expect(await read([cut("app-1", "etcd-1", "control"), cut("app-2", "etcd-2", "control")])).to.deep.equal(["control ?"]);
  });
  it("names the management plane without a component where responders reach nothing", async () => {
    expect(await read([cut("etcd", "admin", "mgmt"), cut("app", "admin", "mgmt")])).to.deep.equal(["management ?"]);
  });
  it("does not take silence over a blocked way for a sign of whoever is asked over it", async () => {
    const blocked = [cut("etcd", "admin", "mgmt"), cut("app", "admin", "mgmt"), cut("app-1", "etcd-1", "control")];
    expect(await read(blocked)).to.deep.equal(["control ?", "management ?"]);
  });
});

describe("diagnosis of planted faults in random stacks", function () {
  this.timeout(60_000);
  const seeds = Array.from({ length: 20 }, (_, seed) => 1_000 + seed);
  const planted = (seed: number, count: 1 | 2) => {
    const random = seededRandom(seed);
    const size = sizeOf(random);
    return { size, faults: planesFor(count, random).map((plane) => plant(plane, size, random)) };
  };

  it("names a single one, with its component", async () => {
    for (const seed of seeds) {
      const { size, faults } = planted(seed, 1);
      const { roots, abstained } = await diagnosisOf(faults, size, seed);
      expect(roots.length === 1 && isHonest(roots, faults), `${seed}: ${JSON.stringify({ faults, roots, abstained })}`).to.equal(true);
    }
  });
  it("names nothing that was not planted where two were, and both of them in more than half of the stacks", async () => {
    let both = 0;
    for (const seed of seeds) {
      const { size, faults } = planted(seed, 2);
      const { roots, abstained } = await diagnosisOf(faults, size, seed);
      expect(isHonest(roots, faults), `${seed}: ${JSON.stringify({ faults, roots, abstained })}`).to.equal(true);
      if (roots.length === 2) both += 1;
    }
    expect(both).to.be.greaterThan(seeds.length / 2);
  });
});

const isSeenOutside = ({ type }: JournalRecord): boolean => ["phase", "samples", "claims", "twin"].includes(type);

describe("diagnosis is blind", function () {
  this.timeout(20_000);
  const masks = { etcd: "alder", app: "birch", admin: "cedar", user: "elm", "put-flag": "fir", healthz: "hazel" };
  const masked = (json: string): string =>
    Object.entries(masks)
      .reduce((text, [name, mask]) => text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), mask), json)
      .replaceAll(/"network":"(\w+)"/g, '"network":"$1-net"')
      .replaceAll(/"networks":\["[^\]]*\]/g, (list) => list.replaceAll(/"(\w+)"(?=[,\]])/g, '"$1-net"'));

  for (const planted of [[cut("app-1", "etcd-1", "control")], ["etcd-1", "etcd-3", "app-2"].map((peer) => cut("etcd-2", peer, "control"))])
    it(`reads the same without the faults, the predictions and what names mean: ${planted.length} cut`, async () => {
      const plan = planOf(stack, planted);
      const { records } = (await simulate(plan, { seed: 1 })).journal;
      const seen = diagnose(factsOf(plan, records));
      expect(seen.roots).to.have.length.greaterThan(0);
      const blindfolded = { ...plan, title: "", file: "", changes: [], predictions: [] };
      const hidden = JSON.parse(masked(JSON.stringify({ plan: blindfolded, records: records.filter(isSeenOutside) }))) as {
        readonly plan: typeof plan;
        readonly records: readonly JournalRecord[];
      };
      const { roots, abstained } = diagnose(factsOf(hidden.plan, hidden.records));
      expect(JSON.stringify({ roots, abstained })).to.equal(masked(JSON.stringify({ roots: seen.roots, abstained: seen.abstained })));
    });
});
