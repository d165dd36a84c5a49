import { expect } from "chai";
import { formatSize, sizeBetween } from "../../src/model/size.ts";

const Size = sizeBetween(2 ** 20, 2 ** 31, "of this test");
const accepted = (text: unknown): number | undefined => Size.safeParse(text).data;

describe("sizes", () => {
  it("are bytes, in KiB, MiB or GiB", () => {
    expect(["1024KiB", "16MiB", "1.5GiB", "2GiB"].map(accepted)).to.deep.equal([2 ** 20, 2 ** 24, 1.5 * 2 ** 30, 2 ** 31]);
  });
  it("have a unit and lie within their bounds", () => {
    for (const text of ["1023KiB", "2.001GiB", "16MB", "16M", "16mib", "-1MiB", "1e3MiB", " 1MiB", "16", "", 2 ** 24, null])
      expect(accepted(text), String(text)).to.equal(undefined);
    expect(Size.safeParse("4GiB").error?.issues[0]?.message).to.equal("it lies between 1MiB and 2GiB: of this test");
  });
  it("are written as they were given", () => {
    for (const text of ["16MiB", "1.5GiB", "2GiB"]) expect(formatSize(accepted(text) ?? 0)).to.equal(text);
    expect([formatSize(0), formatSize(512 * 2 ** 10)]).to.deep.equal(["0KiB", "512KiB"]);
  });
});
