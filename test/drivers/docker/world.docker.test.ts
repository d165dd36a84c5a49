// The World contract on real containers.
import { monotonicClock } from "../../../src/run/clock.ts";
import { labelsOf, resourceName } from "../../../src/drivers/docker/labels.ts";
import { lacks } from "../../../src/plan/facts.ts";
import { worldContract } from "../contract.ts";
import { type DriverBench, openBench } from "./bench.ts";
import { pair } from "./stacks.ts";

describe("the Docker world", function () {
  this.timeout(120_000);
  let bench: DriverBench;
  let runs = 0;
  before(async () => {
    bench = await openBench(true);
  });
  after(async () => {
    await bench.session.close();
  });
  worldContract({
    stack: { ...pair, components: pair.components.map((one) => ({ ...one, networks: ["data", "control"] })) },
    lacks: (need) => lacks(need, bench.facts)?.message,
    // Wide enough for a machine that does something else too; a clock that is wrong is wrong by more.
    toleranceMs: 500,
    open: async () => {
      runs += 1;
      const clock = monotonicClock();
      const world = bench.session.world({
        id: `contract-${runs}`,
        originNs: clock.originNs,
        seed: 1,
        powers: { store: ["cpu", "memory", "trace"], server: ["standby"] },
      });
      const plant = async () => {
        const name = resourceName(bench.name, "planted");
        await bench.engine.docker.createVolume({ Name: name, Labels: labelsOf(bench.name, "x", "volume", "planted") });
        return { remove: async () => void (await bench.engine.docker.getVolume(name).remove()) };
      };
      return { world, clock, plant };
    },
  });
});
