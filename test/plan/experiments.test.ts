// Every experiment of the project loads and plans.
import { globSync } from "node:fs";
import { expect } from "chai";
import { readExperiment } from "../../src/files/read.ts";
import { formatProblem } from "../../src/model/problem.ts";
import { plan } from "../../src/plan/plan.ts";

describe("experiments of the project", () => {
  const files = globSync("experiments/**/*.yaml").toSorted();
  it("are found", () => {
    expect(files).to.have.length.greaterThan(5);
  });
  const reasons = ["reference", "counterpart", "limit"];
  it("say by a tag why they expect anything but confirmed", () => {
    const untold = files.filter((file) => {
      const loaded = readExperiment(file);
      if (!loaded.ok) return true;
      const { expect: expected, tags = [] } = loaded.experiment.spec;
      return (expected?.verdict ?? "confirmed") !== "confirmed" && !tags.some((tag) => reasons.includes(tag));
    });
    expect(untold).to.deep.equal([]);
  });
  for (const file of files) {
    it(`${file} can be planned`, () => {
      const loaded = readExperiment(file);
      const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target, { nft: true, cgroup: 1, signals: true }) : loaded;
      expect(planned.ok ? "" : planned.problems.map(formatProblem).join("\n")).to.equal("");
    });
  }
});
