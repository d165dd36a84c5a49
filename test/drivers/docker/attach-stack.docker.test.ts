// A Compose project that runs already: attached, hit where it allows it, judged, left as it was; whatever it does not allow is refused.
import { expect } from "chai";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadPlan } from "../../../src/commands/load-plan.ts";
import { run } from "../../../src/commands/run-experiment.ts";
import { label } from "../../../src/drivers/docker/labels.ts";
import { lookUpTarget } from "../../../src/drivers/docker/live-lookup.ts";
import { findOurs } from "../../../src/drivers/docker/sweep.ts";
import { contractPlan } from "../contract-plans.ts";
import { AttachedShop, cut, squeeze, starve } from "./attached-shop.ts";
import { ask } from "./foreign-project.ts";

const experimentText = `version: 1
title: the cache cannot be reached by those who operate it; users notice nothing
target: ../target.yaml
phases: { baseline: 5s, fault: 8s, recovery: 8s }
faults: [{ kind: net.loss, on: cache, to: operator, percent: 100, direction: in }]
predict:
  planes:
    data: unaffected
    management: [{ probe: reach, symptom: failing, within: 5s }]
  recovery: { within: 5s }
`;

describe("a Compose project that runs already", function () {
  this.timeout(180_000);
  let shop: AttachedShop;
  before(async () => {
    shop = await AttachedShop.open();
    await mkdir(join(shop.folder, "experiments"));
    await writeFile(join(shop.folder, "experiments", "cache.yaml"), experimentText);
  });
  afterEach(() => shop.expectUntouched());
  after(() => shop?.close());

  it("is attached, hit, judged and left as it was", async () => {
    const planned = await loadPlan(join(shop.folder, "experiments", "cache.yaml"));
    if (!planned.ok) throw new Error(planned.problems);
    const { verdict, exitCode, end, records } = await run(planned.plan, { reports: join(shop.folder, "reports"), seed: 1 });
    expect(end.errors, JSON.stringify(end.errors)).to.deep.equal([]);
    expect([verdict.outcome, verdict.reason, exitCode, end.removed]).to.deep.equal(["confirmed", verdict.reason, 0, false]);
    const digests = records.flatMap((record) => (record.type === "digest" ? [record.digest] : []));
    expect(digests).to.have.length(2);
    expect(digests[1]).to.deep.equal(digests[0]);
    expect(Object.keys(digests[0] ?? {})).to.include.members([
      "attached/container/web",
      "attached/network/default",
      "cache/nft",
      "cache/routes",
    ]);
    expect(Object.keys(digests[0] ?? {}).filter((key) => key.startsWith("web/"))).to.deep.equal([]);
  });

  it("is bound by `plan --live` by reads only", async () => {
    const [live] = await lookUpTarget(shop.bench.engine.docker, shop.stack, [{ component: "cache" }, { component: "web" }]);
    expect(live).to.deep.include({ attached: shop.stack.attach?.what, amiss: [] });
    expect(live?.places.map(({ container }) => container?.id)).to.deep.equal([shop.project.id("cache"), shop.project.id("web")]);
  });

  it("refuses, before anything is near it, whoever is not allowed, and again by what was armed", async () => {
    const forbidden = cut("web");
    const error: unknown = await shop
      .world([forbidden])
      .start(shop.stack, () => undefined)
      .catch(String);
    expect(error).to.contain("web is not among those that the target lists under `allow`");
    await shop.renew();
    const world = shop.world([cut()]);
    await world.start(shop.stack, () => undefined);
    const armed: unknown = await world.arm(contractPlan({ ...shop.stack, allow: undefined }, [forbidden], [])).then(() => "armed", String);
    expect(armed).to.contain("web is not among those that the target lists under `allow`");
    await world.disarm();
    await world.stop();
  });

  it("has agents only where the plan acts, and at a peer one without any power; its routes stay", async () => {
    const world = shop.world([cut()]);
    await world.start(shop.stack, () => undefined);
    const found = (await findOurs(shop.bench.engine, shop.bench.name)).filter(({ labels }) => labels[label.kind] === "agent");
    expect(found.map(({ labels }) => labels[label.name])).to.have.members(["cache", "web"]);
    const onlooker = found.find(({ labels }) => labels[label.name] === "web");
    const { HostConfig: host } = await shop.bench.engine.docker.getContainer(onlooker?.id ?? "").inspect();
    expect([host.CapAdd ?? [], host.CapDrop, host.PidMode]).to.deep.equal([[], ["ALL"], ""]);
    const before = await world.digest();
    await world.arm(contractPlan(shop.stack, [cut()], []));
    expect(await shop.project.inside("web", ask("cache"))).to.equal("hello cache");
    await world.lease("c1");
    expect(await world.fire("c1", shop.clock.now() + 50)).to.include({ answer: "done" });
    expect(await shop.project.inside("web", ask("cache"))).to.equal("timeout");
    expect(await shop.project.inside("other", ask("cache"))).to.equal("hello cache");
    expect(await world.undo("c1")).to.include({ answer: "done" });
    await world.release("c1");
    expect(await shop.project.inside("web", ask("cache"))).to.equal("hello cache");
    expect(await shop.project.inside("cache", ["ip", "route", "show", "default"])).not.to.equal("");
    await world.disarm();
    expect(await world.digest()).to.deep.equal(before);
    await world.stop();
  });

  for (const [what, change, file] of [
    ["processor", squeeze, "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"],
    ["memory", starve, "/sys/fs/cgroup/memory/memory.limit_in_bytes"],
  ] as const)
    it(`is limited in its ${what} as a whole, without being divided`, async function () {
      // These are the files of version 1.
      if (shop.bench.engine.cgroupVersion === 2) this.skip();
      const world = shop.world([change]);
      await world.start(shop.stack, () => undefined);
      const before = await shop.project.inside("cache", ["cat", file]);
      await world.arm(contractPlan(shop.stack, [change], []));
      await world.lease("c1");
      expect(await world.fire("c1", shop.clock.now() + 50)).to.include({ answer: "done" });
      expect(await shop.project.inside("cache", ["cat", file])).not.to.equal(before);
      expect(await world.undo("c1")).to.include({ answer: "done" });
      await world.release("c1");
      expect(await shop.project.inside("cache", ["cat", file])).to.equal(before);
      await world.disarm();
      await world.stop();
    });

  it("is refused where it does not run as the file says, and where another shares a network that would be hit", async () => {
    const lost: unknown = await shop
      .world([])
      .start(
        {
          ...shop.stack,
          attach: shop.stack.attach && {
            ...shop.stack.attach,
            what: "nothing",
            services: { ...shop.stack.attach.services, web: { "com.docker.compose.project": "nobody" } },
          },
        },
        () => undefined,
      )
      .catch(String);
    expect(lost).to.contain("there is no container of web: none has the labels com.docker.compose.project=nobody");
    const sidecar = await shop.bench.engine.docker.createContainer({
      name: `${shop.project.name}-sidecar`,
      Image: (await shop.bench.engine.docker.getContainer(shop.project.id("cache")).inspect()).Image,
      Entrypoint: ["sleep", "60"],
      HostConfig: { NetworkMode: `container:${shop.project.id("cache")}` },
    });
    try {
      await sidecar.start();
      const shared: unknown = await shop
        .world([cut()])
        .start(shop.stack, () => undefined)
        .catch(String);
      expect(shared).to.contain(`shares its network with ${shop.project.name}-sidecar`);
    } finally {
      await sidecar.remove({ force: true });
    }
    await shop.renew();
  });
});
