// A harness that fires three changes, says its session's name and the stopped pid and waits to be killed.
import { monotonicClock } from "../../../src/run/clock.ts";
import { contractPlan, disk, link, pause } from "../contract-plans.ts";
import { openBench } from "./bench.ts";
import { pair } from "./stacks.ts";

const bench = await openBench(false);
const clock = monotonicClock();
const world = bench.session.world({ id: "doomed", originNs: clock.originNs, powers: { server: ["standby"] } });
await world.start(pair, () => undefined);
const armed = await world.arm(contractPlan(pair, [disk, { ...pause(), id: "c2" }, { ...link, id: "c3" }], []));
for (const change of ["c1", "c2", "c3"]) {
  await world.lease(change);
  await world.fire(change, clock.now() + 50);
}
console.log(`${bench.name} ${armed[1]?.at.process?.pid}`);
setInterval(() => undefined, 60_000);
