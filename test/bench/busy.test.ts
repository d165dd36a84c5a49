// The share of the processors that anybody used between two readings.
import { expect } from "chai";
import { busyShare, processorTimes } from "../../bench/inject/busy.ts";

describe("how busy the processors are", () => {
  it("is what was not idle of all that passed", () => {
    expect(busyShare({ idle: 100, all: 1_000 }, { idle: 150, all: 1_200 })).to.equal(0.75);
    expect(busyShare({ idle: 100, all: 1_000 }, { idle: 300, all: 1_200 })).to.equal(0);
  });

  it("is nothing where no time has passed", () => {
    const now = processorTimes();
    expect(busyShare(now, now)).to.equal(0);
    expect(now.all).to.be.above(now.idle);
  });
});
