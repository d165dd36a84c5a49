// From looks to instants: the edges lie between two looks, and a stall is no fault.
import { expect } from "chai";
import { spanIn } from "../../bench/inject/span.ts";
import type { Row } from "../../bench/inject/stopwatch.ts";

/** One look a millisecond: "." saw nothing, "x" saw it act. */
const looks = (text: string): readonly Row[] => Array.from(text, (letter, atMs): Row => [atMs, letter === "x" ? 1 : 0]);

describe("the span of a fault", () => {
  it("begins and ends between two looks, half a period away from both", () => {
    expect(spanIn(looks("...xxxx..."))).to.deep.equal({ begin: { atMs: 2.5, blurMs: 0.5 }, end: { atMs: 6.5, blurMs: 0.5 } });
  });

  it("is the longest stretch: what a stall held up before or after it does not count", () => {
    expect(spanIn(looks(".x..xxxx..xx.."))).to.deep.equal({ begin: { atMs: 3.5, blurMs: 0.5 }, end: { atMs: 7.5, blurMs: 0.5 } });
  });

  it("is longest by time and not by the number of looks", () => {
    const rows: readonly Row[] = [
      [0, 0],
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 0],
      [5, 1],
      [50, 1],
      [51, 0],
    ];
    expect(spanIn(rows)?.begin.atMs).to.equal(4.5);
  });

  it("is blurred by as much as the looks around it lie apart", () => {
    const rows: readonly Row[] = [
      [0, 0],
      [9, 1],
      [10, 0],
    ];
    expect(spanIn(rows)).to.deep.equal({ begin: { atMs: 4.5, blurMs: 4.5 }, end: { atMs: 9.5, blurMs: 0.5 } });
  });

  it("is not known where nothing acted, or where the looks do not show both of its ends", () => {
    for (const text of ["", "....", "xx..", "..xx", "x"]) expect(spanIn(looks(text)), text).to.equal(undefined);
  });
});
