// A series of crashes that is made in pieces: what the second piece knows of the first.
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { TrialRecord } from "./record.ts";
import type { Trial } from "./trial.ts";

const trial: Trial = {
  kind: "harness",
  instant: { afterMs: 1_234.5678 },
  wasKilled: true,
  actedForMs: new Map([
    ["c1", 12.25],
    ["c2", undefined],
  ]),
  different: ["box-1 routes: two -> one"],
  left: [],
};
const whole = { steps: 40, tookMs: 20_000.123 };

describe("the record of a series of crashes", () => {
  let folder: string;
  let path: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "planefault-record-"))));
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    path = join(folder, "trials.ndjson");
    await rm(path, { force: true });
    const first = new TrialRecord(path);
    await first.whole(() => Promise.resolve(whole));
    first.add(trial);
  });

  it("gives back the trials, and the run by which instants are chosen", async () => {
    const second = new TrialRecord(path);
    expect(second.trials).to.deep.equal([trial]);
    expect(await second.whole(() => expect.fail("measured again"))).to.deep.equal(whole);
  });
  it("knows a trial by what was killed and when", () => {
    const second = new TrialRecord(path);
    expect(second.has("harness", { afterMs: 1_234.5678 })).to.equal(true);
    expect(second.has("harness and agents", { afterMs: 1_234.5678 })).to.equal(false);
    expect(second.has("harness", { step: 3 })).to.equal(false);
  });
  it("cuts off a line that a sudden end tore, and goes on behind the last whole one", async () => {
    await appendFile(path, '{"kind":"harn');
    const second = new TrialRecord(path);
    expect(second.trials).to.deep.equal([trial]);
    second.add({ ...trial, instant: { step: 3 } });
    expect(new TrialRecord(path).trials.map(({ instant }) => instant)).to.deep.equal([trial.instant, { step: 3 }]);
    expect(await readFile(path, "utf8")).not.to.contain("harn{");
  });
});
