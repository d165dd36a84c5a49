// `planefault run --mutate` on the model: what is bent, where it is kept, and how a series ends.
import { globSync } from "node:fs";
import { expect } from "chai";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PlanefaultError } from "../../src/model/error.ts";
import type { JournalRecord, Sample } from "../../src/model/record.ts";
import { instead } from "../run/simulate.ts";
import { SimCall } from "./sim-sessions.ts";

const nothing = "experiments/echo/nothing.yaml";
const loss = "experiments/echo/loss.yaml";

describe("planefault run --mutate", function () {
  this.timeout(30_000);
  let folder = "";
  let reports = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-mutate-"));
    reports = join(folder, "reports");
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("bends the predictions of a confirmed run, after a second run with the fault at strength 0", async () => {
    const call = new SimCall();
    expect(await call.run([loss], { reports, mutate: true })).to.equal(0);
    expect(call.runs).to.have.length(2);
    expect(call.out.join("")).to.match(/mutation: (\d+) of \1 predictions can fail/u);
    const [kept = ""] = globSync("*/mutation.json", { cwd: reports });
    const mutations = JSON.parse(await readFile(join(reports, kept), "utf8")) as { readonly canFail: boolean }[];
    expect(mutations.map(({ canFail }) => canFail))
      .to.include(true)
      .and.not.to.include(false);
    // The run at strength 0 is no run of the experiment: it lies below, and `latest` stays where it was.
    expect(globSync("*/journal.ndjson", { cwd: reports, exclude: ["latest"] })).to.have.length(1);
    expect(globSync("*/strength-0/*/journal.ndjson", { cwd: reports, exclude: ["latest", "*/strength-0/latest"] })).to.have.length(1);
  });

  it("ends a series with tables and the mutation score of all, those of an earlier call included", async () => {
    const call = new SimCall();
    expect(await call.run([loss, nothing], { reports, mutate: true })).to.equal(0);
    const closing = call.out.slice(-2).join("");
    expect(closing).to.contain("2 of 2 runs as expected").and.to.contain("Diagnosis, blind").and.to.contain("Signals that lied");
    expect(closing).to.match(/mutation: (\d+) of \1 predictions can fail; 0 smoke/u);
    const again = new SimCall();
    expect(await again.run([loss, nothing], { reports, mutate: true, resume: true })).to.equal(0);
    expect([again.runs.length, again.out.slice(-2).join("")]).to.deep.equal([0, closing]);
  });

  it("runs once at strength 0 for all experiments of a series that have target, probes and phases in common", async () => {
    const alike = "experiments/echo/server-down.yaml";
    const call = new SimCall();
    expect(await call.run([loss, alike], { reports, mutate: true })).to.equal(0);
    expect(call.runs).to.have.length(3);
    expect(call.out.at(-1)).to.match(/mutation: (\d+) of \1 predictions can fail; 0 smoke/u);
    // Each folder has its own copy, so that what was judged there can be judged again.
    const zeros = globSync("*/strength-0/*/journal.ndjson", { cwd: reports, exclude: ["latest", "*/strength-0/latest"] });
    expect(new Set(zeros.map((path) => path.split("/")[0])).size).to.equal(2);
    const others = new SimCall();
    expect(await others.run([loss, "experiments/echo/link-flap.yaml"], { reports: join(folder, "others"), mutate: true })).to.equal(0);
    expect(others.runs).to.have.length(4);
  });

  it("bends what an earlier call ran without --mutate: it makes the run at strength 0 and repeats no other", async () => {
    expect(await new SimCall().run([loss, nothing], { reports })).to.equal(0);
    const again = new SimCall();
    expect(await again.run([loss, nothing], { reports, mutate: true, resume: true })).to.equal(0);
    expect(again.runs).to.have.length(1);
    expect(again.out.at(-1)).to.match(/mutation: (\d+) of \1 predictions can fail; 0 smoke/u);
    expect(again.out[0]).to.match(/mutation: (\d+) of \1 predictions can fail/u);
    const third = new SimCall();
    expect(await third.run([loss, nothing], { reports, mutate: true, resume: true })).to.equal(0);
    expect(third.runs).to.have.length(0);
  });

  it("goes on with the runs at strength 0 that an earlier call made", async () => {
    expect(await new SimCall().run([loss, nothing], { reports, mutate: true })).to.equal(0);
    const call = new SimCall();
    expect(await call.run([loss, nothing, "experiments/echo/server-down.yaml"], { reports, mutate: true, resume: true })).to.equal(0);
    expect(call.runs).to.have.length(1);
  });

  it("ends with 1 where a prediction cannot fail, unless the file is tagged smoke", async () => {
    await cp("targets/echo", join(folder, "targets", "echo"), { recursive: true });
    await mkdir(join(folder, "mine"));
    const path = join(folder, "mine", "nothing.yaml");
    const text = (await readFile(nothing, "utf8"))
      .replace("  diagnosis:", "  recovery: { within: 1s }\n  diagnosis:")
      .replace("recovery: 4s", "recovery: 8s");
    await writeFile(path, text);
    const call = new SimCall();
    expect(await call.run([path], { reports, mutate: true })).to.equal(1);
    expect(call.runs).to.have.length(1);
    expect(call.out.join("")).to.match(/SURVIVED recovery: still confirmed with recovered 6 s later \(.+ was never impaired\)/u);
    await writeFile(path, text.replace("tags: [reference]", "tags: [smoke]"));
    expect(await new SimCall().run([path], { reports, mutate: true })).to.equal(0);
  });

  describe("with a run at strength 0 that went wrong", () => {
    const missed = (record: JournalRecord): JournalRecord =>
      record.type === "samples" ? { ...record, rows: record.rows.map(([at, tookMs]): Sample => [at, tookMs, "missed"]) } : record;
    const wrong: Readonly<Record<string, readonly [around: SimCall["around"], exitCode: number, said: RegExp]>> = {
      "saw nothing": [
        (sim) => instead(sim, { observe: (sink) => sim.observe((record) => sink(missed(record))) }),
        3,
        /count: steady-baseline: no steady baseline within /u,
      ],
      "left something behind": [
        (sim) => {
          let asked = 0;
          return instead(sim, { digest: async () => ({ ...(await sim.digest()), "echo/limits": `${++asked}` }) });
        },
        5,
        /count: something may still be broken: echo\/limits/u,
      ],
      "could not be started": [
        () => {
          throw new PlanefaultError("environment", "no room left");
        },
        4,
        /count: it was not run/u,
      ],
    };
    for (const [what, [around, exitCode, said]] of Object.entries(wrong))
      it(`ends with ${exitCode} where it ${what}, and keeps what the run itself found`, async () => {
        const call = new SimCall();
        call.around = (sim, run) => (run === 2 ? around(sim, run) : sim);
        expect(await call.run([loss], { reports, mutate: true })).to.equal(exitCode);
        expect(call.out.join(""))
          .to.match(/^confirmed, as expected/u)
          .and.to.match(said);
        expect(call.out.join("")).to.contain("UNDECIDED diagnosis");
      });
  });
});
