import { expect } from "chai";
import { blocksToCall, changeDetector } from "../../src/statistics/change-detector.ts";

describe("change detector", () => {
  const needed = (blockMs: number, blocks: number, bad = 0) => blocksToCall({ blockMs, blocks, bad }, 1e-3);

  it("calls a total outage in 4 short blocks after 100 clean ones and 8 after 30", () => {
    expect([100, 30].map((blocks) => needed(100, blocks))).deep.equal([4, 8]);
  });

  it("counts runs of long blocks, so that 7, 6, 4 and 3 are enough where 54, 41, 11 and 8 were needed", () => {
    expect([6, 7, 20, 30].map((blocks) => needed(500, blocks))).deep.equal([7, 6, 4, 3]);
    expect([6, 7, 20, 30].map((blocks) => needed(499, blocks))).deep.equal([54, 41, 11, 8]);
  });

  it("needs never more blocks after a longer baseline", () => {
    for (const blockMs of [100, 500])
      for (let blocks = 3; blocks < 300; blocks++) expect(needed(blockMs, blocks + 1)).at.most(needed(blockMs, blocks));
  });

  it("can call nothing where the baseline was empty, or bad from end to end", () => {
    expect(needed(500, 0)).equal(Number.POSITIVE_INFINITY);
    expect(needed(100, 50, 50)).equal(Number.POSITIVE_INFINITY);
  });

  it("does not count runs after a baseline with a bad block: those are no new maxima", () => {
    expect(needed(500, 20, 1)).above(needed(100, 20));
  });

  for (const share of [0.02, 0.1, 0.3, 0.5, 0.8])
    it(`raises false alarms less often than alpha where ${100 * share} % of all blocks are bad, before as after`, () => {
      let seed = 7;
      const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
      const alpha = 0.05;
      const rounds = 2_000;
      let alarms = 0;
      for (let round = 0; round < rounds; round++) {
        const blocks = 6;
        const bad = Array.from({ length: blocks }, () => random() < share).filter(Boolean).length;
        const detector = changeDetector({ blockMs: 500, blocks, bad }, alpha);
        let called = false;
        for (let block = 0; block < 60; block++) called = detector(random() < share) >= 1 / alpha || called;
        if (called) alarms += 1;
      }
      expect(alarms / rounds).at.most(alpha);
    });
});
