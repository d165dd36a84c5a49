// `npm run test:restore -- [--runs 30]`: every kind of change that a fault makes is fired and undone so many times on real containers, and after each undo the digest must be what it was before.
// Prints how soon after the order the undo was seen to be done, and ends with 1 where anything differed. Not part of `npm test`, where the World contract does the same once for each kind.
import { parseArgs } from "node:util";
import { powersOf } from "../src/drivers/docker/powers.ts";
import { difference, renewedBy } from "../src/model/digest.ts";
import type { Change, Traffic } from "../src/model/op.ts";
import { describeOp } from "../src/plan/resource.ts";
import { textTable } from "../src/report/table.ts";
import { monotonicClock } from "../src/run/clock.ts";
import { ascending, quantile } from "../src/statistics/quantile-bound.ts";
import {
  contractPlan,
  disk,
  failing,
  flap,
  hold,
  kill,
  link,
  packets,
  pause,
  rate,
  restart,
  squeeze,
  starve,
} from "./drivers/contract-plans.ts";
import { openBench } from "./drivers/docker/bench.ts";
import { pair } from "./drivers/docker/stacks.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "30" } } });
/** Long enough for a flapping link to go down and up. */
const actingMs = 700;
const leadMs = 100;
const leaseMs = 20_000;
/** What net.loss, net.partition, port.block, ssh.block and dns.block do to packets. */
const lost: readonly Partial<Traffic>[] = [
  {},
  { percent: 30 },
  { protocol: "tcp", port: 7_000, flows: "new", action: "reject" },
  { protocol: "tcp", port: 22 },
  { protocol: "udp", port: 53 },
];
const changes: readonly Change[] = [
  ...lost.map((traffic) => packets(leaseMs, "c1", traffic)),
  disk,
  hold,
  failing,
  squeeze,
  starve,
  kill,
  restart,
  pause(),
  link,
  flap,
  rate,
];

const bench = await openBench(true);
const powers = powersOf(changes.map(({ apply }) => apply));

/** Resolves to what differs afterwards, as sentences, and to how long the undo took. */
async function runOnce(change: Change, id: string): Promise<{ readonly different: readonly string[]; readonly undoneMs: number }> {
  const clock = monotonicClock();
  const world = bench.session.world({ id, originNs: clock.originNs, powers });
  await world.start(pair, () => undefined);
  const before = await world.digest();
  await world.arm(contractPlan(pair, [change], []));
  await world.lease(change.id);
  const fired = await world.fire(change.id, clock.now() + leadMs);
  await clock.until(clock.now() + actingMs);
  const during = difference(before, await world.digest());
  const orderedMs = clock.now();
  const undone = await world.undo(change.id);
  await world.release(change.id);
  await world.disarm();
  const left = difference(before, await world.digest(), renewedBy([change]));
  await world.stop();
  return {
    different: [
      ...(fired.answer === "done" ? [] : [`the shot was ${fired.answer}: ${fired.detail}`]),
      // A link that flaps may be up just then.
      ...(during.length > 0 || change === flap ? [] : ["the digest did not see the change"]),
      ...(undone.answer === "done" ? [] : [`the undo was ${undone.answer}: ${undone.detail}`]),
      ...left.map(({ key, before: was, after }) => `${key} was ${was ?? "nothing"} and is ${after ?? "nothing"}`),
    ],
    undoneMs: undone.answer === "done" ? undone.doneAt - orderedMs : Number.POSITIVE_INFINITY,
  };
}

const rows: string[][] = [];
let failed = 0;
try {
  for (const [number, change] of changes.entries()) {
    const tookMs: number[] = [];
    let wrong = 0;
    for (let run = 1; run <= Number(values.runs); run += 1) {
      const { different, undoneMs } = await runOnce(change, `restore-${number}-${run}`);
      tookMs.push(undoneMs);
      if (different.length === 0) continue;
      wrong += 1;
      console.log(`${describeOp(change.apply)}, run ${run}: ${different.join("; ")}`);
    }
    failed += wrong;
    const sorted = ascending(tookMs);
    const ms = (q: number): string => `${(quantile(sorted, q) ?? Number.NaN).toFixed(1)} ms`;
    rows.push([describeOp(change.apply), values.runs, String(wrong), ms(0.5), ms(0.99)]);
    console.log(rows.at(-1)?.join("  "));
  }
} finally {
  await bench.session.close();
}
console.log(
  textTable({ title: "State after, compared with before", head: ["change", "runs", "not as before", "undo seen, median", "p99"], rows }),
);
process.exitCode = failed === 0 ? 0 : 1;
