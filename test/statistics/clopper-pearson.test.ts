import { expect } from "chai";
import { betaCdf, binomialCdf, logGamma, lowerShare, upperShare } from "../../src/statistics/clopper-pearson.ts";

describe("clopper-pearson", () => {
  it("knows ln gamma and the binomial distribution", () => {
    expect(logGamma(5)).closeTo(Math.log(24), 1e-9);
    expect(binomialCdf(2, 5, 0.5)).closeTo(0.5, 1e-9);
    expect(binomialCdf(0, 10, 0.1)).closeTo(0.9 ** 10, 1e-9);
    expect(betaCdf(0.3, 2, 2)).closeTo(3 * 0.09 - 2 * 0.027, 1e-9);
  });

  it("gives the published 95 % intervals", () => {
    expect(lowerShare(10, 100, 0.025)).closeTo(0.04900469, 1e-6);
    expect(upperShare(10, 100, 0.025)).closeTo(0.1762226, 1e-6);
    expect(upperShare(0, 10, 0.025)).closeTo(0.3084971, 1e-6);
    expect(lowerShare(10, 10, 0.025)).closeTo(0.6915029, 1e-6);
    expect(upperShare(1, 20, 0.025)).closeTo(0.2487328, 1e-6);
  });

  it("knows the ends, where the fraction does not converge", () => {
    expect([betaCdf(0, 2, 3), betaCdf(1, 2, 3), betaCdf(-0.1, 2, 3)]).deep.equal([0, 1, 0]);
    expect([binomialCdf(-1, 5, 0.5), binomialCdf(5, 5, 0.5), binomialCdf(4, 5, 1)]).deep.equal([0, 1, 0]);
  });

  it("agrees with the sum of the binomial for every k", () => {
    for (let k = 1; k < 40; k++) expect(binomialCdf(k, 40, upperShare(k, 40, 1e-3))).closeTo(1e-3, 1e-8);
  });

  it("knows nothing without samples", () => {
    expect([upperShare(0, 0, 0.01), lowerShare(0, 0, 0.01), upperShare(3, 3, 0.01), lowerShare(0, 3, 0.01)]).deep.equal([1, 0, 1, 0]);
  });
});
