// `planefault run` where the machine lacks what an experiment stands on.
import { expect } from "chai";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimCall } from "./sim-sessions.ts";

describe("what this machine cannot run", function () {
  this.timeout(30_000);
  let folder = "";
  let reports = "";
  let mine = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-skipped-"));
    [reports, mine] = [join(folder, "reports"), join(folder, "mine")];
    await cp("targets/echo", join(folder, "targets", "echo"), { recursive: true });
    await mkdir(mine);
    for (const name of ["nothing", "far-user"]) await cp(`experiments/echo/${name}.yaml`, join(mine, `${name}.yaml`));
  });
  afterEach(async () => await rm(folder, { recursive: true }));
  const call = (): SimCall => Object.assign(new SimCall(), { facts: { netem: false } });

  it("is left out of a series, named with the reason, and called neither good nor bad", async () => {
    const series = call();
    expect(await series.run([mine], { reports })).to.equal(0);
    expect(series.runs).to.have.length(1);
    expect(series.screen).to.contain("far-user.yaml: skipped: net.delay: this kernel has no queue netem");
    const card = series.out.find((text) => text.includes("experiments")) ?? "";
    expect(card).match(/^skipped +\S+far-user\.yaml *$/mu);
    expect(card).to.contain("far-user.yaml: net.delay: this kernel has no queue netem");
    expect(card).to.contain("1 of 1 runs as expected, 1 experiments (1 more skipped)");
    const score = await readFile(join(reports, "score-card.ndjson"), "utf8");
    expect(score).to.contain("nothing.yaml").and.not.to.contain("far-user.yaml");
  });

  it("is left out of a series that goes on, too, and run where the machine can", async () => {
    await call().run([mine], { reports });
    const again = call();
    expect(await again.run([mine], { reports, resume: true })).to.equal(0);
    expect(again.runs).to.deep.equal([]);
    expect(again.out.join("")).to.contain("(1 more skipped)");
    const able = new SimCall();
    expect(await able.run([mine], { reports, resume: true })).to.equal(0);
    expect(able.runs).to.have.length(1);
    expect(able.out.join("")).to.contain("2 of 2 runs as expected, 2 experiments,");
  });

  it("is a line of its own with --json, without a verdict", async () => {
    const series = call();
    await series.run([mine], { reports, json: true });
    expect(series.lines().map(({ skipped, asExpected }) => [typeof skipped, asExpected])).to.deep.equal([
      ["string", undefined],
      ["undefined", true],
    ]);
  });

  it("is refused where nothing else is asked for", async () => {
    const alone = call();
    expect(await alone.run([join(mine, "far-user.yaml")], { reports })).to.equal(2);
    expect(alone.screen).to.contain("far-user.yaml:6:").and.to.contain("this kernel has no queue netem");
    expect(alone.runs).to.deep.equal([]);
  });
});
