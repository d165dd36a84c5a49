import { expect } from "chai";
import { discoveries } from "../../src/statistics/false-discovery.ts";

const count = (flags: readonly boolean[]): number => flags.filter(Boolean).length;

describe("discoveries", () => {
  it("of one alone are those at 1/alpha", () => {
    expect(discoveries([1_000], 1e-3)).deep.equal([true]);
    expect(discoveries([999], 1e-3)).deep.equal([false]);
    expect(discoveries([], 1e-3)).deep.equal([]);
  });
  it("ask more of one among many, and less of each where many speak", () => {
    const quiet = Array.from({ length: 99 }, () => 1);
    expect(discoveries([1_000, ...quiet], 1e-3)[0]).equal(false);
    // 100 of them, whose harmonic number is 5.187.
    expect(discoveries([518_000, ...quiet], 1e-3)[0]).equal(false);
    expect(count(discoveries([519_000, ...quiet], 1e-3))).equal(1);
    expect(
      count(
        discoveries(
          Array.from({ length: 100 }, () => 5_190),
          1e-3,
        ),
      ),
    ).equal(100);
  });
  it("keep the order of what they were asked about", () => {
    expect(discoveries([1, 1e9, 2, 1e8], 1e-3)).deep.equal([false, true, false, true]);
  });
  it("are false in no more than a share alpha of all cases where nothing changed, be they tied together or not", () => {
    let state = 7;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const rounds = 4_000;
    const falseAlarms = (peaks: () => readonly number[]) =>
      Array.from({ length: rounds }, () => discoveries(peaks(), 0.05).some(Boolean)).filter(Boolean).length / rounds;
    // The largest peaks that Ville's inequality allows: 1/u of a uniform u.
    expect(falseAlarms(() => Array.from({ length: 20 }, () => 1 / random()))).at.most(0.05);
    expect(
      falseAlarms(() => {
        const shared = 1 / random();
        return Array.from({ length: 20 }, () => shared);
      }),
    ).at.most(0.05);
  });
});
