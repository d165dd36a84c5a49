// Trains of canaries: small, long enough to be timed, and read on the safe side.
import { expect } from "chai";
import { carIn, carText, rateOf, trainFor } from "../../../src/agent/witness/train.ts";

describe("a train of canaries", () => {
  for (const bitsPerSecond of [100e3, 500e3, 1e6, 5e6, 20e6])
    it(`at ${bitsPerSecond / 1e3} kbit takes at most a fifth of the link, and at least 20 ms behind the burst`, () => {
      const { payloadBytes, count, everyMs, burstBytes } = trainFor(bitsPerSecond);
      const bytes = count * (payloadBytes + 42);
      expect((bytes * 8_000) / everyMs).to.be.at.most(0.2 * bitsPerSecond + 1);
      expect(((bytes - burstBytes) * 8_000) / bitsPerSecond).to.be.at.least(19);
      expect(payloadBytes).to.be.within(200, 1_400);
      expect(everyMs).to.be.at.most(2_000);
    });
  it("says what it is, padded to its size, and reads no one else's", () => {
    const text = carText("w1", 7, 1_234.5678, 200);
    expect(text).to.have.length(200);
    expect(carIn("w1", text)).to.deep.equal({ train: 7, sentAt: 1_234.568 });
    expect(carIn("w2", text)).to.equal(undefined);
    expect(carIn("w1", "planefault w1 3")).to.equal(undefined);
    expect(carIn("w1", "GET / HTTP/1.1")).to.equal(undefined);
  });
  it("has the rate of what came behind the burst", () => {
    const train = { payloadBytes: 958, count: 10, everyMs: 500, burstBytes: 2_000 };
    expect(rateOf(train, { count: 10, sentAt: 100, lastAt: 164 })).to.equal(1e6);
    expect(rateOf(train, { count: 2, sentAt: 100, lastAt: 164 })).to.equal(undefined);
  });
});
