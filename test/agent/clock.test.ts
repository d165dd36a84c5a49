import { expect } from "chai";
import { startClock } from "../../src/agent/clock.ts";

describe("agent clock", () => {
  it("counts milliseconds from the run's offset 0", () => expect(startClock(1_000_000n, () => 3_500_000n).now()).to.equal(2.5));

  it("never resolves before the instant, and at once where it has passed", async () => {
    const clock = startClock(process.hrtime.bigint());
    const at = clock.now() + 25;
    await clock.until(at);
    expect(clock.now()).to.be.at.least(at);
    const late = clock.now();
    await clock.until(at);
    expect(clock.now() - late).to.be.lessThan(20);
  });
});
