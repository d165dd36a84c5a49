import { expect } from "chai";
import * as fc from "fast-check";
import { eDetector, newMaximaDetector, peakOfMean } from "../../src/statistics/e-detector.ts";
import { upperShare } from "../../src/statistics/clopper-pearson.ts";

function blocksUntilCalled(clean: number, alpha: number): number {
  const detector = eDetector(0.02);
  for (let block = 0; block < clean; block++) detector(false);
  for (let block = 1; ; block++) if (detector(true) >= 1 / alpha) return block;
}

describe("e-detector", () => {
  it("calls a total outage at p0 = 2 % after 0/400/2000 clean blocks in 3/6/6 blocks at 1e-3 and 5/7/8 at 1e-6", () => {
    expect([0, 400, 2000].map((clean) => blocksUntilCalled(clean, 1e-3))).deep.equal([3, 6, 6]);
    expect([0, 400, 2000].map((clean) => blocksUntilCalled(clean, 1e-6))).deep.equal([5, 7, 8]);
  });

  it("never has E > 1 on a stream without failures, whatever the size of the baseline", () => {
    for (let size = 1; size <= 1_000; size++) {
      const detector = eDetector(upperShare(0, size, 1e-3));
      for (let block = 0; block < 200; block++) if (detector(false) > 1) expect.fail(`baseline of ${size}: E > 1 at block ${block}`);
    }
  });

  it("keeps that promise for any delta and length", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 1e-9, max: 0.5, noNaN: true }),
        fc.integer({ min: 1, max: 3_000 }),
        (size, delta, length) => {
          const detector = eDetector(upperShare(0, size, delta));
          for (let block = 0; block < length; block++) if (!(detector(false) <= 1)) return false;
          return true;
        },
      ),
    );
  });

  it("raises false alarms less often than alpha", () => {
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    let alarms = 0;
    for (let round = 0; round < 1_000; round++) {
      const detector = eDetector(0.05);
      let called = false;
      for (let block = 0; block < 300; block++) called = detector(random() < 0.05) >= 20 || called;
      if (called) alarms += 1;
    }
    expect(alarms).at.most(50);
  });

  it("survives endless outages and what follows them", () => {
    const detector = eDetector(0.001);
    for (let block = 0; block < 5_000; block++) detector(true);
    expect(Number.isFinite(detector(false))).equal(true);
    expect(eDetector(1)(true)).equal(0);
  });

  it("counts k new maxima after n0 as C(n0 + k, k)", () => {
    const detector = newMaximaDetector(10);
    expect(detector(true)).closeTo(11 / 2, 1e-9);
    expect(detector(true)).closeTo(66 / 2 + 11 / 6, 1e-9);
    expect(detector(true)).closeTo(286 / 2 + 66 / 6 + 11 / 12, 1e-9);
    expect(detector(false)).equal(0);
    expect(newMaximaDetector(0)(true)).equal(0);
  });

  it("averages e-values over time, not over their peaks", () => {
    const one = [
      { atMs: 1, e: 100 },
      { atMs: 2, e: 0 },
    ];
    const other = [
      { atMs: 1, e: 0 },
      { atMs: 2, e: 100 },
    ];
    expect(peakOfMean([one, other])).equal(50);
    expect(peakOfMean([])).equal(0);
  });
});
