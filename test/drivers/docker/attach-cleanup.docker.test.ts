// What a killed planefault still holds of somebody else's containers: `cleanup` gives it back before it removes what is ours.
import { expect } from "chai";
import { cleanup } from "../../../src/commands/cleanup.ts";
import { findOurs } from "../../../src/drivers/docker/sweep.ts";
import { contractPlan } from "../contract-plans.ts";
import { AttachedShop, cut, pause, squeeze } from "./attached-shop.ts";

describe("a Compose project that was attached by a planefault that was killed", function () {
  this.timeout(180_000);
  let shop: AttachedShop;
  before(async () => {
    shop = await AttachedShop.open();
  });
  afterEach(() => shop.expectUntouched());
  after(() => shop?.close());

  for (const [what, change] of [
    ["a stopped process", pause],
    ["a processor limit", squeeze],
    ["a packet table", cut()],
  ] as const)
    it(`is given back by cleanup what agents and keeper held when they were killed: ${what}`, async () => {
      const world = shop.world([change]);
      await world.start(shop.stack, () => undefined);
      await world.arm(contractPlan(shop.stack, [change], []));
      await world.lease("c1");
      expect(await world.fire("c1", shop.clock.now() + 50)).to.include({ answer: "done" });
      const helpers = (await findOurs(shop.bench.engine, shop.bench.name)).filter((one) => one.what === "container");
      for (const { id } of helpers) await shop.bench.engine.docker.getContainer(id).kill({ signal: "SIGKILL" });
      const report = await cleanup({ session: shop.bench.name });
      expect(report.errors).to.deep.equal([]);
      expect(report.removed).not.to.deep.equal([]);
      await shop.renew();
    });
});
