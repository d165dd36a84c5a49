// Ctrl-C once, Ctrl-C twice and a crash, each in the middle of three faults: what is undone, what is left, what is said, and that `cleanup` takes the rest.
import { expect } from "chai";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { connectEngine } from "../../src/drivers/docker/engine.ts";
import { label } from "../../src/drivers/docker/labels.ts";
import { findOurs } from "../../src/drivers/docker/sweep.ts";
import { readJournal } from "../../src/journal/read.ts";
import { judge } from "../../src/judge/judge.ts";
import { provideTiny, tinyFile } from "../docker/tiny.ts";
import { call, Program } from "./program.ts";

describe("a run that is broken off", function () {
  this.timeout(120_000);
  let folder = "";
  let program: Program | undefined;
  before(async function () {
    this.timeout(20 * 60_000);
    await provideTiny();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-interrupt-"));
  });
  afterEach(async () => {
    program?.child.kill("SIGKILL");
    await program?.end();
    if ((await leftBy(program)).length > 0) await call(["cleanup"]);
    await rm(folder, { recursive: true });
  });

  /** What the engine holds of this very process. */
  const leftBy = async (of: Program | undefined): Promise<readonly string[]> => {
    const found = await findOurs(await connectEngine());
    return found.filter((one) => one.labels[label.owner]?.startsWith(`${of?.child.pid}:`)).map((one) => `${one.what} ${one.name}`);
  };
  const start = (file = tinyFile("three")): Program => {
    program = new Program(["run", file, "--reports", join(folder, "reports")]);
    return program;
  };
  const cleansUp = async (of: Program): Promise<void> => {
    expect(await leftBy(of)).not.to.deep.equal([]);
    const cleanup = await call(["cleanup"]);
    expect(cleanup.code, cleanup.output).to.equal(0);
    expect(cleanup.output).to.contain("removed container");
    expect(await leftBy(of)).to.deep.equal([]);
  };

  it("by Ctrl-C undoes, audits, removes the target and exits 4", async () => {
    const run = start();
    await run.says(/hold \(/u);
    run.child.kill("SIGINT");
    expect(await run.end(), run.output).to.equal(4);
    expect(run.output).to.contain("interrupted by SIGINT");
    const [id] = (await readdir(join(folder, "reports"))).filter((name) => name !== "latest");
    const records = await readJournal(join(folder, "reports", id ?? "", "journal.ndjson"));
    expect(records.flatMap((record) => (record.type === "undone" ? [`${record.change} ${record.answer}`] : []))).to.deep.equal([
      "c4 done",
      "c3 done",
      "c2 done",
      "c1 done",
    ]);
    expect(records.flatMap((record) => (record.type === "digest" ? [record.when] : []))).to.deep.equal(["before", "after"]);
    expect(records.filter((record) => record.type === "error")).to.deep.equal([]);
    expect(judge(records)).to.deep.include({ outcome: "inconclusive", leaks: [] });
    expect(await leftBy(run)).to.deep.equal([]);
  });

  it("by a second Ctrl-C exits 5 at once and names `planefault cleanup`, which leaves nothing", async () => {
    const run = start();
    await run.says(/hold \(/u);
    run.child.kill("SIGINT");
    await run.says(/undo\b/u);
    run.child.kill("SIGINT");
    expect(await run.end(), run.output).to.equal(5);
    expect(run.output).to.contain("run `planefault cleanup`");
    await cleansUp(run);
  });

  it("by a crash of the program exits 5 while a lease is open, never 1", async () => {
    const file = join(folder, "crash.ts");
    await writeFile(
      file,
      `import { defineExperiment } from ${JSON.stringify(resolve("src/index.ts"))};
process.on("SIGUSR2", () => { throw new TypeError("thrown in the hold"); });
export default defineExperiment({
  version: 1,
  title: "crashes",
  target: ${JSON.stringify(resolve("test/targets/tiny/target.yaml"))},
  phases: { baseline: "3s", fault: "20s", recovery: "5s" },
  faults: [{ kind: "process.pause", on: "tiny/clerk" }],
  predict: { planes: { control: [{ probe: "ask-clerk", symptom: "failing", within: "3s" }] } },
});
`,
    );
    const run = start(file);
    await run.says(/hold \(/u);
    run.child.kill("SIGUSR2");
    expect(await run.end(), run.output).to.equal(5);
    expect(run.output).to.contain("thrown in the hold").and.to.contain("run `planefault cleanup`");
    await cleansUp(run);
  });

  it("by reports that cannot be written exits 4 before anything starts", async () => {
    await writeFile(join(folder, "reports"), "");
    const run = start();
    expect(await run.end(), run.output).to.equal(4);
    expect(await leftBy(run)).to.deep.equal([]);
  });
});
