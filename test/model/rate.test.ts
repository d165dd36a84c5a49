import { expect } from "chai";
import { formatRate, Rate } from "../../src/model/rate.ts";

const accepted = (text: unknown): number | undefined => Rate.safeParse(text).data;

describe("rates", () => {
  it("are bits per second, in kbit or mbit", () => {
    expect(["100kbit", "512kbit", "1.5mbit", "20mbit"].map(accepted)).to.deep.equal([100_000, 512_000, 1_500_000, 20_000_000]);
  });
  it("have a unit and lie where our canaries can tell them", () => {
    for (const text of ["99.9kbit", "20.001mbit", "0mbit", "1gbit", "1m", "1mbps", "-1mbit", "1e3kbit", " 1mbit", "", 1_000_000, null])
      expect(accepted(text), String(text)).to.equal(undefined);
  });
  it("are written as they were given", () => {
    for (const text of ["100kbit", "1.5mbit", "20mbit"]) expect(formatRate(accepted(text) ?? 0)).to.equal(text);
  });
});
