// Every experiment of the project loads and plans.
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect } from "chai";
import { readExperiment } from "../../src/files/read.ts";
import { formatProblem } from "../../src/model/problem.ts";
import { plan } from "../../src/plan/plan.ts";

describe("experiments of the project", () => {
  const files = globSync("experiments/**/*.yaml").toSorted();
  it("are found", () => {
    expect(files).to.have.length.greaterThan(60);
  });
  const specOf = (file: string) => {
    const loaded = readExperiment(file);
    return loaded.ok ? loaded.experiment.spec : expect.fail(`${file} cannot be read`);
  };
  const hasReason = (file: string): boolean => (specOf(file).tags ?? []).some((tag) => ["reference", "counterpart", "limit"].includes(tag));

  it("say by a tag why they expect anything but confirmed", () => {
    const untold = files.filter((file) => (specOf(file).expect?.verdict ?? "confirmed") !== "confirmed" && !hasReason(file));
    expect(untold).to.deep.equal([]);
  });

  it("have a counterpart, whose first lines name them, or docs/design.md says that they have none", () => {
    const turned = files.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/^# The counterpart of ([\w-]+)/gmu)].map(([, name]) => join(dirname(file), `${name}.yaml`)),
    );
    const [, told = ""] = readFileSync("docs/design.md", "utf8").split("No counterpart have: ");
    const without = told.slice(0, told.indexOf("\n## "));
    const untold = files.filter(
      (file) => !hasReason(file) && !turned.includes(file) && !without.includes(`\`${basename(file, ".yaml")}\``),
    );
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
