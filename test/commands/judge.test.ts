import { expect } from "chai";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeCommand } from "../../src/commands/judge.ts";
import { calm, journal, noopPlan } from "../judge/journal-builder.ts";

describe("judge command", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-judge-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });
  const keep = async (records: ReturnType<typeof journal>) =>
    await writeFile(join(folder, "journal.ndjson"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));

  it("judges an old journal, writes the report again and exits as the verdict says", async () => {
    const said: string[] = [];
    await keep(journal());
    expect(await judgeCommand(folder, (text) => said.push(text))).equal(0);
    expect(said.join("")).match(/^confirmed, as expected/u);
    expect(await readdir(folder)).include.members(["report.html", "report.txt", "verdict.json", "junit.xml"]);
    const before = await readFile(join(folder, "report.html"), "utf8");
    await judgeCommand(join(folder, "journal.ndjson"), () => {});
    expect(await readFile(join(folder, "report.html"), "utf8")).equal(before);
  });

  it("exits 1 where it is not as expected, and can say it as JSON", async () => {
    const said: string[] = [];
    await keep(journal({ plan: noopPlan, behaviour: calm }));
    expect(await judgeCommand(folder, (text) => said.push(text), { json: true })).equal(1);
    expect(JSON.parse(said.join(""))).include({ outcome: "refuted" });
  });

  it("refuses what is no run", async () => {
    const error: unknown = await judgeCommand(join(folder, "nowhere"), () => {}).catch((thrown: unknown) => thrown);
    expect(error).include({ code: "input" });
  });
});
