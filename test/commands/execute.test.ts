// From the end of a run to its exit code and its folder, on the model in real time.
import { expect } from "chai";
import { appendFileSync, mkdirSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "../../src/commands/execute.ts";
import { exitCodeOf } from "../../src/commands/exit.ts";
import { run as runExperiment } from "../../src/commands/run-experiment.ts";
import type { Sessions } from "../../src/commands/sessions.ts";
import { seededRandom } from "../../src/drivers/sim/random.ts";
import { SimWorld } from "../../src/drivers/sim/sim-world.ts";
import { PlanefaultError } from "../../src/model/error.ts";
import type { Expectation } from "../../src/model/expectation.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { World } from "../../src/model/world.ts";
import { monotonicClock } from "../../src/run/clock.ts";
import type { RunEvent } from "../../src/run/run-end.ts";
import { samplePlan, stopped } from "../run/sample-plan.ts";
import { instead } from "../run/simulate.ts";

interface Setting {
  readonly expect?: Expectation["verdict"];
  readonly around?: (sim: SimWorld) => World;
  readonly on?: (event: RunEvent) => void;
  /** For runs at the same time. */
  readonly folder?: string;
}

describe("execute", function () {
  this.timeout(30_000);
  let reports = "";
  beforeEach(async () => {
    reports = await mkdtemp(join(tmpdir(), "planefault-execute-"));
  });
  afterEach(async () => {
    await rm(reports, { recursive: true });
  });

  const run = async ({ expect: verdict = "confirmed", around = (sim) => sim, on = () => {}, folder = "." }: Setting) => {
    const sim = new SimWorld(monotonicClock(), seededRandom(1));
    const plan = samplePlan([stopped("etcd-3")], {
      phases: { baselineMs: 300, faultMs: 300, recoveryMs: 300 },
      expect: { verdict, because: undefined },
    });
    return await execute(plan, {
      reports: join(reports, folder),
      seed: 1,
      keep: false,
      signal: new AbortController().signal,
      on,
      sessions: { facts: {}, world: async () => around(sim), [Symbol.asyncDispose]: async () => {} },
    });
  };

  it("writes no value of an environment variable, and nothing that others may read", async () => {
    const { folder } = await run({});
    expect((await stat(folder)).mode & 0o777).to.equal(0o700);
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    for (const { name, parentPath } of names) {
      const file = join(parentPath, name);
      expect((await stat(file)).mode & 0o777, name).to.equal(0o600);
      expect(await readFile(file, "utf8"), name).not.to.match(/"APP_MODE": ?"cached"/u);
    }
    expect(await readFile(join(folder, "plan.json"), "utf8")).to.match(/"APP_MODE": \{\s+"hash": "[0-9a-f]{16}"/u);
  });

  it("gives 3 for what is inconclusive, 0 where that was expected, and everything is on disk", async () => {
    const { exitCode, folder } = await run({});
    expect(exitCode).to.equal(3);
    expect(await readdir(folder)).to.include.members(["plan.json", "journal.ndjson", "verdict.json", "report.txt", "junit.xml"]);
    expect((await run({ expect: "inconclusive" })).exitCode).to.equal(0);
  });

  it("gives 4 for an environment that fails, also where the file expects to learn nothing", async () => {
    const around = (sim: SimWorld): World => instead(sim, { arm: async () => Promise.reject(new Error("no arms")) });
    expect((await run({ around, expect: "inconclusive" })).exitCode).to.equal(4);
  });

  it("gives 5 for what may still be broken, also where the report cannot be written", async () => {
    const around = (sim: SimWorld): World =>
      instead(sim, {
        disarm: async () => {
          await sim.disarm();
          throw new PlanefaultError("leak", "a table is still there");
        },
      });
    const blockReport = (event: RunEvent): void => {
      if (event.type === "phase" && event.phase === "stop" && event.edge === "begin")
        mkdirSync(join(reports, "blocked", "latest", "report.txt"));
    };
    // Both at once: each looks for the table until the audit's own limit of 10 s.
    const [written, blocked] = await Promise.all([run({ around, folder: "written" }), run({ around, folder: "blocked", on: blockReport })]);
    expect([written.exitCode, blocked.exitCode]).to.deep.equal([5, 5]);
    expect(blocked.end.undoNotProved.join(" ")).to.contain("a table is still there");
  });

  it("has its verdict, names the file and gives 4 where a part of the report cannot be written", async () => {
    const blockReport = (event: RunEvent): void => {
      if (event.type === "phase" && event.phase === "stop" && event.edge === "begin") mkdirSync(join(reports, "latest", "report.txt"));
    };
    const { folder, verdict, exitCode, unwritten } = await run({ on: blockReport, expect: "inconclusive" });
    expect([verdict.asExpected, exitCode]).to.deep.equal([true, 4]);
    expect(unwritten).to.deep.equal([`cannot write report.txt in ${folder}: EISDIR: illegal operation on a directory`]);
    expect(await readdir(folder)).to.include.members(["verdict.json", "junit.xml"]);
  });

  it("gives 5, not 4, where its own journal cannot be read back and something may still be broken", async () => {
    const around = (sim: SimWorld): World =>
      instead(sim, {
        disarm: async () => {
          await sim.disarm();
          throw new PlanefaultError("leak", "a table is still there");
        },
      });
    const spoil = (event: RunEvent): void => {
      if (event.type === "phase" && event.phase === "stop" && event.edge === "begin")
        appendFileSync(join(reports, "latest", "journal.ndjson"), '{ "type": "no such record" }\n{}\n');
    };
    const error = await run({ around, on: spoil }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(PlanefaultError).and.to.include({ code: "leak", exitCode: 5 });
    expect(String(error)).to.contain("a table is still there");
  });

  it("gives 4, not bad input, where its own journal cannot be read back", async () => {
    const spoil = (event: RunEvent): void => {
      if (event.type === "phase" && event.phase === "stop" && event.edge === "begin")
        appendFileSync(join(reports, "latest", "journal.ndjson"), '{ "type": "no such record" }\n{}\n');
    };
    const error = await run({ on: spoil }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(PlanefaultError).and.to.include({ code: "environment", exitCode: 4 });
    expect(String(error)).to.contain("the run's own journal cannot be read back");
  });

  it("refuses what this machine cannot do before a target starts, also for the API and for mocha, which uses it", async () => {
    const asked: string[] = [];
    const sessions: Sessions = {
      facts: { signals: false },
      world: async ({ name }) => {
        asked.push(name);
        throw new Error("no world here");
      },
      [Symbol.asyncDispose]: async () => {},
    };
    const plan: Plan = { ...samplePlan([stopped("etcd-3")]), needs: ["signals"] };
    const error = await runExperiment(plan, { reports, sessions }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(PlanefaultError).and.to.include({ code: "input", exitCode: 2 });
    expect(String(error)).to.contain("does not let a helper see");
    expect([asked, await readdir(reports)]).to.deep.equal([[], []]);
    // What nobody asked the machine yet stands in no one's way.
    const unasked = await runExperiment(plan, { reports, sessions: { ...sessions, facts: {} } }).catch(String);
    expect([unasked, asked.length]).to.deep.equal(["Error: no world here", 1]);
  });

  it("knows that a lease is open exactly from before the shot until the undo was seen", async () => {
    const crashCode = (): number => exitCodeOf(new Error("a crash just now"));
    const seen: string[] = [];
    await run({
      around: (sim) =>
        instead(sim, {
          arm: async (plan) => (seen.push(`arm ${crashCode()}`), sim.arm(plan)),
          lease: async (change) => (seen.push(`lease ${crashCode()}`), sim.lease(change)),
          undo: async (change) => (seen.push(`undo ${crashCode()}`), sim.undo(change)),
          disarm: async () => (seen.push(`disarm ${crashCode()}`), sim.disarm()),
        }),
    });
    expect(seen).to.deep.equal(["arm 4", "lease 5", "undo 5", "disarm 4"]);
  });
});
