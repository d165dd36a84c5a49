import { expect } from "chai";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJournal, type TornLine } from "../../src/journal/read.ts";
import { openJournal } from "../../src/journal/write.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { samplePlan } from "../run/sample-plan.ts";
import { simulate } from "../run/simulate.ts";

const caught = async (work: () => Promise<unknown>): Promise<string> =>
  work().then(
    () => "nothing",
    (error: unknown) => String(error),
  );
const end = (at: number): JournalRecord => ({ type: "end", at });

describe("the journal file", () => {
  let folder = "";
  const path = (): string => join(folder, "journal.ndjson");
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-journal-"));
  });
  afterEach(async () => rm(folder, { recursive: true }));

  it("keeps the order, and all of it is there after a sync", async () => {
    const journal = await openJournal(path());
    for (let at = 0; at < 5_000; at += 1) {
      journal.append(end(at));
      if (at % 500 === 0) await journal.sync();
    }
    await journal.sync();
    expect((await readFile(path(), "utf8")).split("\n").length).to.equal(5_001);
    await journal.close();
    await journal.close();
    expect((await readJournal(path())).map(({ at }) => at)).to.deep.equal(Array.from({ length: 5_000 }, (_, at) => at));
    expect(() => journal.append(end(1))).to.throw("it is closed");
  });

  it("is never written twice, and is bounded", async () => {
    const journal = await openJournal(path(), 100);
    expect(await caught(() => openJournal(path()))).to.match(/cannot create the journal/u);
    expect(() => {
      for (let at = 0; at < 100; at += 1) journal.append(end(at));
    }).to.throw("wait for the disk");
    await journal.close();
  });

  it("reads back what a whole run wrote", async () => {
    const { journal } = await simulate(samplePlan([], { phases: { baselineMs: 1_000, faultMs: 1_000, recoveryMs: 1_000 } }));
    await writeFile(path(), journal.text());
    expect(JSON.stringify(await readJournal(path()))).to.equal(JSON.stringify(journal.records));
  });

  it("tolerates a torn last line and reports it, and takes a whole one without its line end", async () => {
    const torn: TornLine[] = [];
    await writeFile(path(), '{"type":"end","at":1}\n{"type":"en');
    expect(await readJournal(path(), (line) => torn.push(line))).to.deep.equal([end(1)]);
    expect(torn).to.deep.equal([{ line: 2, text: '{"type":"en' }]);
    await writeFile(path(), '{"type":"end","at":1}\n{"type":"end","at":2}');
    expect(await readJournal(path(), (line) => torn.push(line))).to.deep.equal([end(1), end(2)]);
    expect(torn).to.have.length(1);
  });

  it("names a bad line by its number, also where it is the last one", async () => {
    await writeFile(path(), '{"type":"end","at":1}\n{"type":"end","at":"x"}\n{"type":"end","at":3}\n');
    expect(await caught(() => readJournal(path()))).to.match(/journal\.ndjson:2 is not a journal record/u);
    await writeFile(path(), '{"type":"end","at":1}\n{"type"\n');
    expect(await caught(() => readJournal(path()))).to.match(/journal\.ndjson:2 is not a journal record/u);
    expect(await caught(() => readJournal(join(folder, "none")))).to.match(/cannot read the journal/u);
  });
});
