// What `run` says where an undo got no answer.
import { expect } from "chai";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noteLease } from "../../src/commands/exit.ts";
import { readJournal } from "../../src/journal/read.ts";
import { instead } from "../run/simulate.ts";
import { SimCall } from "./sim-sessions.ts";

const loss = "experiments/echo/loss.yaml";

describe("planefault run, after a lost undo", function () {
  this.timeout(30_000);
  let reports = "";
  beforeEach(async () => {
    reports = await mkdtemp(join(tmpdir(), "planefault-run-"));
  });
  afterEach(async () => await rm(reports, { recursive: true }));

  it("does not call undone what gave no answer, nor asks for a clean-up of what is removed", async () => {
    const call = new SimCall();
    call.around = (sim) => instead(sim, { undo: async () => ({ answer: "lost", detail: "its stream ended" }) });
    expect(await call.run([loss], { reports })).to.equal(5);
    expect(call.screen).to.contain("undo of c1: lost").and.not.to.contain("undone c1");
    expect(call.screen).to.contain("not proved to be undone: c1").and.to.contain("the target was removed");
    const kept = new SimCall();
    kept.around = call.around;
    expect(await kept.run([loss], { reports, keep: true })).to.equal(5);
    expect(kept.screen).to.contain("run `planefault cleanup`").and.not.to.contain("the target was removed");
    // Leases that stay open are this process' own; the tests that follow are not to end with 5 because of them.
    for (const name of (await readdir(reports)).filter((entry) => entry !== "latest")) {
      const records = await readJournal(join(reports, name, "journal.ndjson"));
      const run = records.flatMap((record) => (record.type === "run" ? [record.run] : []))[0] ?? "";
      for (const record of records) if (record.type === "lease") noteLease(run, { ...record, state: "ended" });
    }
  });
});
