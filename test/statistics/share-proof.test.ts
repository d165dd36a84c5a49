import { expect } from "chai";
import { blocksToProve, proveBelow } from "../../src/statistics/share-proof.ts";

const stream = (length: number, ...bad: readonly number[]) => Array.from({ length }, (_, index) => bad.includes(index));

describe("proof of p < tolerance", () => {
  for (const [tolerance, needed] of [
    [0.02, 342],
    [0.05, 135],
    [0.1, 66],
    [0.3, 20],
  ] as const) {
    it(`needs ${needed} blocks with none bad for ${tolerance * 100} %`, () => {
      expect(blocksToProve(tolerance, 1e-3)).equal(needed);
      expect(proveBelow(stream(needed), tolerance, 1e-3).proved).equal(true);
      expect(proveBelow(stream(needed - 1), tolerance, 1e-3).proved).equal(false);
    });
  }

  it("forgives a bad block for more blocks", () => {
    expect(proveBelow(stream(135, 60), 0.05, 1e-3).proved).equal(false);
    expect(proveBelow(stream(400, 60, 300), 0.05, 1e-3)).deep.equal({ proved: true, blocks: 400, bad: 2, needed: 135 });
    // P(X <= 8 | 400, 5 %) = 0.0017, P(X <= 7) = 0.00062: the largest number of bad blocks that is forgiven.
    const most = [0, 4, 6, 7, 8].map(
      (bad) => proveBelow(stream(400, ...Array.from({ length: bad }, (_, index) => 50 * index)), 0.05, 1e-3).proved,
    );
    expect(most).deep.equal([true, true, true, true, false]);
    expect(proveBelow([], 0.05, 1e-3).proved).equal(false);
  });

  it("proves nothing about a stream that lies on the tolerance more often than alpha", () => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    let wrong = 0;
    for (let round = 0; round < 2_000; round++)
      if (
        proveBelow(
          Array.from({ length: 400 }, () => random() < 0.1),
          0.1,
          0.02,
        ).proved
      )
        wrong += 1;
    // 2 % of 2000 are 40; three standard deviations above that.
    expect(wrong).at.most(59);
  });

  it("is about the whole span: what comes after an early proof takes it back", () => {
    const clean = Array.from({ length: 140 }, () => false);
    const spoiled = [...clean, ...Array.from({ length: 100 }, (_, index) => index % 5 === 0)];
    expect(proveBelow(clean, 0.05, 1e-3).proved).to.equal(true);
    expect(proveBelow(spoiled, 0.05, 1e-3).proved).to.equal(false);
  });
});
