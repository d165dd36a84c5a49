import { expect } from "chai";
import { binomialCdf } from "../../src/statistics/clopper-pearson.ts";
import { lowerQuantile, median, quantile, upperQuantile } from "../../src/statistics/quantile-bound.ts";

const ranks = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe("quantile bounds", () => {
  it("takes the published ranks for the median of 20 values at 97.5 %: 6 and 15", () => {
    expect([lowerQuantile(ranks(20), 0.5, 0.025), upperQuantile(ranks(20), 0.5, 0.025)]).deep.equal([6, 15]);
  });

  it("takes the smallest rank that keeps the promise", () => {
    const rank = upperQuantile(ranks(400), 0.95, 1e-3) ?? 0;
    expect(1 - binomialCdf(rank - 1, 400, 0.95)).at.most(1e-3);
    expect(1 - binomialCdf(rank - 2, 400, 0.95)).above(1e-3);
  });

  it("has no bound where there are too few values", () => {
    expect(upperQuantile(ranks(20), 0.95, 1e-3)).equal(undefined);
    expect(lowerQuantile(ranks(5), 0.5, 1e-3)).equal(undefined);
    expect(upperQuantile([], 0.5, 0.5)).equal(undefined);
    expect(median([])).equal(undefined);
  });

  it("takes plain quantiles by nearest rank", () => {
    expect([median([1, 2, 3]), quantile(ranks(100), 0.99)]).deep.equal([2, 99]);
  });
});
