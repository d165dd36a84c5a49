// "Did you mean" helps with slips and keeps quiet about other words.
import { expect } from "chai";
import { distance, nearest, suggestion } from "../../src/model/nearest.ts";

describe("nearest", () => {
  it("counts edits, a swap of neighbours as one", () => {
    expect(distance("kitten", "sitting")).to.equal(3);
    expect(distance("etcd", "ectd")).to.equal(1);
    expect(distance("", "abc")).to.equal(3);
  });
  it("takes a slip and letter case for a slip, and nothing else", () => {
    expect(nearest("writeiops", ["volume", "writeIops"])).to.equal("writeIops");
    expect(nearest("netloss", ["net.loss", "noop"])).to.equal("net.loss");
    expect(nearest("zebra", ["volume", "writeIops"])).to.equal(undefined);
  });
  it("else lists what there is", () => {
    expect(suggestion("zebra", ["a", "b"])).to.equal(". Known: a, b.");
    expect(suggestion("zebra", [])).to.equal("");
    const many = Array.from({ length: 13 }, (_, index) => `k${index}x`);
    expect(suggestion("zebra", many)).to.equal(`. Known: ${many.slice(0, 12).join(", ")}, ....`);
  });
});
