import { expect } from "chai";
import { worst } from "../../src/commands/worst.ts";

describe("the worst of several exit codes", () => {
  it("is the one that asks most of whoever reads it", () => {
    expect([worst([]), worst([0, 3]), worst([3, 1]), worst([1, 4]), worst([5, 4, 1])]).to.deep.equal([0, 3, 1, 4, 5]);
    expect(worst([0, 77]), "a code that no run should end with").to.equal(4);
  });

  it("is found in the journal of a run of hours, which crashed the end of a run", () => {
    expect(worst([...Array.from({ length: 1_000_000 }, () => 0), 5])).to.equal(5);
  });
});
