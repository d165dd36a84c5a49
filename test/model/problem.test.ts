// How a mistake is shown: its place, its line, and nothing that a terminal would obey.
import { expect } from "chai";
import { formatProblem, type Problem } from "../../src/model/problem.ts";

const problem: Problem = { file: "x.yaml", line: 3, column: 5, length: 4, code: "invalid-value", message: "is bad", source: "abcdefgh" };

describe("formatProblem", () => {
  it("marks the place", () =>
    expect(formatProblem(problem).split("\n")).to.deep.equal(["x.yaml:3:5 is bad", "  3 | abcdefgh", "    |     ^^^^"]));

  it("shows what surrounds the mark of a line that no screen holds", () => {
    const [, excerpt = "", marks = ""] = formatProblem({
      ...problem,
      column: 5_001,
      length: 9_000,
      source: `${"a".repeat(5_000)}${"b".repeat(9_000)}`,
    }).split("\n");
    expect([excerpt.length, marks.length]).to.deep.equal([246, 246]);
    expect(excerpt.slice(6, 48)).to.equal(`${"a".repeat(40)}bb`);
    expect(marks.indexOf("^")).to.equal(excerpt.indexOf("b"));
  });

  it("lets no control character through to a terminal", () => {
    const text = formatProblem({ ...problem, message: "\u001b[31mred\u0007", source: "ab\u001b]0;x" });
    expect(text.replaceAll("\n", "")).not.to.match(/\p{Cc}/u);
  });
});
