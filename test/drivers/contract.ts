// What every World must do, whatever it is made of: the same cases run on containers and on the simulator. A case gets a fresh run; drivers may keep the target between them.
import { expect } from "chai";
import { callCases } from "./contract-calls.ts";
import { componentCases } from "./contract-components.ts";
import { disturbanceCases } from "./contract-disturbances.ts";
import { packetCases } from "./contract-packets.ts";
import { packets, packetsWitness } from "./contract-plans.ts";
import { type Contract, contractRuns } from "./contract-runs.ts";

export function worldContract(contract: Contract): void {
  const runs = contractRuns(contract);
  const { start } = runs;
  packetCases(runs);
  disturbanceCases(runs);
  componentCases(runs);
  callCases(runs);

  it("changes nothing by arming and disarming alone", async () => {
    const run = await start([packets(2_000)], [packetsWitness]);
    await run.wait(300);
    expect(await run.finish()).to.deep.equal([]);
  });

  it("refuses a change that was never armed", async () => {
    const run = await start([], []);
    const outcome = await run.world.fire("c9", run.clock.now() + 100).then(
      (answer) => answer.answer,
      () => "refused",
    );
    expect(outcome).to.equal("refused");
  });

  it("shows a planted leak in the digest", async () => {
    const run = await start([], []);
    const leak = await run.plant();
    expect((await run.finish()).length).to.be.above(0);
    await leak.remove();
  });
}
