// Changes of a link whose agent is killed while its harness lives: the run still undoes them, and where it does not, the lease ends them.
import { expect } from "chai";
import { execute } from "../../../src/drivers/docker/exec.ts";
import { powersOf } from "../../../src/drivers/docker/powers.ts";
import { difference } from "../../../src/model/digest.ts";
import type { World } from "../../../src/model/world.ts";
import { monotonicClock } from "../../../src/run/clock.ts";
import { eventually } from "../../agent/agent-container.ts";
import { contractPlan, link, rate } from "../contract-plans.ts";
import { type DriverBench, openBench } from "./bench.ts";
import { pair } from "./stacks.ts";

describe("a change of a link whose agent has been killed", function () {
  this.timeout(120_000);
  let bench: DriverBench;
  beforeEach(async () => {
    bench = await openBench(false);
  });
  afterEach(async () => await bench.session.close());

  /** As the component itself sees them. */
  const links = async (): Promise<Readonly<Record<string, string>>> => {
    const seen = async (argv: readonly string[]) =>
      (await execute(bench.engine, `pf-${bench.name}-server`, argv, 10_000)).output.replaceAll(/\b(?:backlog|sent|rx|tx)\b.*/gu, "");
    return {
      links: await seen(["ip", "-o", "link", "show"]),
      routes: await seen(["ip", "route", "show", "table", "all"]),
      queues: await seen(["tc", "qdisc", "show"]),
    };
  };

  async function begin(change: typeof link): Promise<{ readonly world: World; readonly before: Awaited<ReturnType<typeof links>> }> {
    const clock = monotonicClock();
    const world = bench.session.world({ id: "one", originNs: clock.originNs, powers: powersOf([change.apply]) });
    await world.start(pair, () => undefined);
    await world.arm(contractPlan(pair, [change], []));
    const before = await links();
    await world.lease(change.id);
    expect(await world.fire(change.id, clock.now() + 50)).to.include({ answer: "done" });
    await bench.engine.docker.getContainer(`pf-${bench.name}-server-agent`).kill({ signal: "SIGKILL" });
    expect(difference(before, await links())).to.not.deep.equal([]);
    return { world, before };
  }

  for (const change of [link, rate]) {
    it(`is undone when the run asks for it: ${change.apply.op}`, async () => {
      const { world, before } = await begin(change);
      // The first answer may be lost where the end of the agent has not been heard of.
      const answers = [await world.undo(change.id), await world.undo(change.id)];
      expect(answers[1]).to.include({ answer: "done" });
      expect(difference(before, await links())).to.deep.equal([]);
    });

    it(`ends with its lease: ${change.apply.op}`, async () => {
      const { before } = await begin({ ...change, leaseMs: 1_500 });
      await eventually("the state before", 8_000, async () => difference(before, await links()).length === 0);
    });
  }
});
