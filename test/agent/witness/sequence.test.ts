// Numbered canaries: what each took, how often it was answered, and by whom it was overtaken.
import { expect } from "chai";
import { Sequence } from "../../../src/agent/witness/sequence.ts";

const sequence = (sent: readonly number[]): Sequence => {
  const all = new Sequence(500);
  for (const [index, at] of sent.entries()) all.sent(index + 1, at);
  return all;
};

describe("a sequence of canaries", () => {
  it("says how long each took until its first answer, and how many answers came", () => {
    const all = sequence([0, 20]);
    all.received(1, 30);
    all.received(1, 31);
    all.received(2, 45);
    expect(all.finished(520)).to.deep.equal([
      { at: 0, ms: 30, answers: 2, overtaken: false },
      { at: 20, ms: 25, answers: 1, overtaken: false },
    ]);
  });

  it("calls overtaken who was first answered after one that was sent behind it, and nobody else", () => {
    const all = sequence([0, 20, 40, 60]);
    for (const [number, at] of [
      [1, 1],
      [3, 41],
      [3, 42],
      [4, 61],
      [2, 120],
      [3, 130],
    ] as const)
      all.received(number, at);
    expect(all.finished(600).map(({ overtaken }) => overtaken)).to.deep.equal([false, true, false, false]);
  });

  it("gives each its time, once, and no answer after it", () => {
    const all = sequence([0, 100]);
    all.received(1, 501);
    expect(all.finished(499)).to.deep.equal([]);
    expect(all.finished(599)).to.deep.equal([{ at: 0, ms: undefined, answers: 0, overtaken: false }]);
    all.received(2, 400);
    expect(all.finished(600)).to.deep.equal([{ at: 100, ms: 300, answers: 1, overtaken: false }]);
    expect(all.finished(2_000)).to.deep.equal([]);
  });

  it("counts nothing that could not leave, and no number that was never sent", () => {
    const all = sequence([0]);
    all.unsent(1);
    all.received(1, 5);
    all.received(9, 5);
    expect(all.finished(1_000)).to.deep.equal([]);
  });
});
