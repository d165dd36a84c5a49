// Durations as people write them, and back.
import { expect } from "chai";
import * as fc from "fast-check";
import { Deadline, Duration, formatDuration } from "../../src/model/duration.ts";

describe("durations", () => {
  it("are read as milliseconds", () => {
    expect(["250ms", "0.5ms", "5s", "1.5s", "2m", "60m"].map((text) => Duration.parse(text))).to.deep.equal([
      250, 0.5, 5_000, 1_500, 120_000, 3_600_000,
    ]);
  });
  it("are refused without a unit, with an unknown one, at zero and above one hour", () => {
    for (const text of ["5", "5 s", "5h", "-5s", ".5s", "1e3ms", "", "s", "0ms", "0.0s", "61m", "3601s"])
      expect(Duration.safeParse(text).success, text).to.equal(false);
  });
  it("say their limit in a unit that they understand", () => {
    const said = Duration.safeParse("61m")
      .error?.issues.map(({ message }) => message)
      .join();
    expect(said).to.equal("a duration lies above zero and is at most 60m");
  });
  it("are at most a minute where somebody waits for one answer", () => {
    expect(["60s", "1m", "60001ms", "61s"].map((text) => Deadline.safeParse(text).success)).to.deep.equal([true, true, false, false]);
  });
  it("are written so that they read as the same", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 360_000 }), (ticks) => Duration.parse(formatDuration(ticks * 10)) === ticks * 10));
  });
});
