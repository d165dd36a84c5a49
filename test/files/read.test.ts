// Where experiments find their targets, and experiments that programs write.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { defineExperiment, isDefinedExperiment } from "../../src/files/define.ts";
import { readDefinedExperiment, readExperiment, readTarget } from "../../src/files/read.ts";
import { PlanefaultError } from "../../src/model/error.ts";
import { codesOf, experimentText, targetText } from "./example.ts";

describe("reading", () => {
  const folder = mkdtempSync(join(tmpdir(), "planefault-files-"));
  const deep = join(folder, "experiments", "a", "b");
  const target = join(folder, "targets", "example", "target.yaml");
  before(() => {
    mkdirSync(deep, { recursive: true });
    mkdirSync(join(folder, "targets", "example"), { recursive: true });
    writeFileSync(target, targetText);
    writeFileSync(join(deep, "named.yaml"), experimentText());
    writeFileSync(join(deep, "by-path.yaml"), experimentText().replace("target: example", "target: ../../../targets/example/target.yaml"));
    writeFileSync(join(deep, "lost.yaml"), experimentText().replace("target: example", "target: ../x.yaml"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("finds a target by name upward from the experiment, and knows its folder", () => {
    const loaded = readExperiment(join(deep, "named.yaml"));
    expect(loaded.ok && loaded.experiment.target.stack.folder).to.equal(join(folder, "targets", "example"));
    expect(loaded.ok && loaded.experiment.target.stack.name).to.equal("example");
  });
  it("finds a target by path", () => {
    expect(readExperiment(join(deep, "by-path.yaml")).ok).to.equal(true);
    expect(codesOf(readExperiment(join(deep, "lost.yaml")))).to.deep.equal(["unknown-target"]);
  });
  it("reads a target by itself, with a variant", () => {
    const loaded = readTarget(target, "slow");
    expect(loaded.ok && loaded.target.stack.variant).to.equal("slow");
  });
  it("says which file cannot be read", () => {
    expect(() => readExperiment(join(deep, "none.yaml")))
      .to.throw(PlanefaultError, "none.yaml")
      .with.property("code", "input");
  });
  it("takes experiments of programs, with the same checks", () => {
    const good = defineExperiment({
      version: 1,
      title: "t",
      target: "example",
      phases: { baseline: "5s", fault: "10s", recovery: "10s" },
      faults: [{ kind: "disk.throttle", on: "etcd", writeIops: 20 }],
      predict: { planes: { data: "unaffected" } },
    });
    expect(isDefinedExperiment(good)).to.equal(true);
    expect(isDefinedExperiment({ source: {} })).to.equal(false);
    expect(readDefinedExperiment(good.source, "x.ts", deep).ok).to.equal(true);
    expect(
      codesOf(readDefinedExperiment({ ...good.source, faults: [{ kind: "disk.throttle", on: "etcd", writeIops: 0 }] }, "x.ts", deep)),
    ).to.deep.equal(["out-of-range"]);
  });
});
