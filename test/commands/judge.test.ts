import { expect } from "chai";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeCommand, type JudgeOptions } from "../../src/commands/judge.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { atStrengthZero } from "../../src/plan/strength-zero.ts";
import { calm, crawlingWrites, diskPressure, journal, noopPlan } from "../judge/journal-builder.ts";

/** What was said, as NDJSON. */
const lines = (said: readonly string[]): readonly Record<string, unknown>[] =>
  said.map((line) => {
    expect(line.trimEnd()).not.contain("\n");
    return JSON.parse(line) as Record<string, unknown>;
  });

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
    expect(await judgeCommand([folder], (text) => said.push(text))).equal(0);
    expect(said.join("")).match(/^confirmed, as expected/u);
    expect(await readdir(folder)).include.members(["report.html", "report.txt", "verdict.json", "junit.xml"]);
    const before = await readFile(join(folder, "report.html"), "utf8");
    await judgeCommand([join(folder, "journal.ndjson")], () => {});
    expect(await readFile(join(folder, "report.html"), "utf8")).equal(before);
  });

  it("gives the verdict of a run whose folder takes no report", async () => {
    await keep(journal());
    for (const name of ["verdict.json", "report.html"]) await mkdir(join(folder, name));
    for (const options of [{}, { json: true }]) {
      const said: string[] = [];
      expect(await judgeCommand([folder], (text) => said.push(text), options)).equal(0);
      expect(said.join("")).match(/^confirmed, as expected|"outcome":"confirmed"/u);
    }
  });

  it("refuses to say the same in two forms at once", async () => {
    await keep(journal());
    const error: unknown = await judgeCommand([folder], () => {}, { json: true, markdown: true }).catch((thrown: unknown) => thrown);
    expect(error).include({ code: "input" });
  });

  it("exits 1 where it is not as expected, and can say it as JSON", async () => {
    const said: string[] = [];
    await keep(journal({ plan: noopPlan, behaviour: calm }));
    expect(await judgeCommand([folder], (text) => said.push(text), { json: true })).equal(1);
    expect(lines(said)).to.have.length(1);
    expect(lines(said)[0]).include({ folder, outcome: "refuted", exitCode: 1 });
  });

  it("exits as the run did where the environment failed or somebody broke it off", async () => {
    const exitAfter = async (record: JournalRecord): Promise<number> => {
      await keep([...journal(), record]);
      const said: string[] = [];
      const codes = [
        await judgeCommand([folder], () => {}),
        await judgeCommand([folder], () => {}, { markdown: true }),
        await judgeCommand([folder], (text) => said.push(text), { json: true }),
        lines(said)[0]?.["exitCode"],
      ];
      expect(new Set(codes).size, codes.join()).equal(1);
      return Number(codes[0]);
    };
    const error = { type: "error", at: 1, phase: "start", message: "m" } as const;
    expect(await exitAfter({ ...error, code: "target" })).equal(4);
    expect(await exitAfter({ ...error, code: "leak" })).equal(5);
    expect(await exitAfter({ ...error, code: "unsteady-baseline" })).equal(3);
    expect(await exitAfter({ type: "aborted", at: 1, reason: "interrupted by SIGINT", interrupted: true })).equal(4);
    expect(await exitAfter({ type: "aborted", at: 1, reason: "item-read failing" })).equal(3);
    expect(await exitAfter({ type: "lease", at: 1, change: "c9", state: "taken" })).equal(5);
  });

  it("prints a score card and tables of several runs, of a folder of runs or named, each once", async () => {
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    const runs = join(folder, "reports");
    for (const [name, records] of Object.entries({ one: journal(), two: journal(), worse: journal({ behaviour: calm }) })) {
      await mkdir(join(runs, name), { recursive: true });
      await writeFile(join(runs, name, "journal.ndjson"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    }
    await symlink("two", join(runs, "latest"));
    expect(await judgeCommand([runs, join(runs, "one")], say)).equal(1);
    expect(said.join("")).contain("2/3 as expected").and.contain("control at etcd (2), none (1)");
    expect(await readdir(join(runs, "one"))).deep.equal(["journal.ndjson"]);
    said.length = 0;
    expect(await judgeCommand([join(runs, "one"), join(runs, "two")], say, { markdown: true })).equal(0);
    expect(said.join(""))
      .match(/^## Verdicts\n\n\| experiment \|/u)
      .and.contain("## Diagnosis, blind");
  });

  it("gives a line of JSON per run, of the same shape whether one is judged, several, or with predictions bent", async () => {
    const runs = join(folder, "reports");
    for (const [name, records] of Object.entries({ one: journal(), worse: journal({ behaviour: calm }) })) {
      await mkdir(join(runs, name), { recursive: true });
      await writeFile(join(runs, name, "journal.ndjson"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    }
    const linesOf = async (words: readonly string[], options: JudgeOptions = {}) => {
      const said: string[] = [];
      await judgeCommand(words, (text) => said.push(text), { ...options, json: true });
      return lines(said);
    };
    const several = await linesOf([runs]);
    expect(several.map(({ folder: from, outcome, exitCode }) => [from, outcome, exitCode])).deep.equal([
      [join(runs, "one"), "confirmed", 0],
      [join(runs, "worse"), "refuted", 1],
    ]);
    expect(several[0]?.["verdict"]).include.keys("planes", "predictions", "diagnosis", "signals");
    expect(await linesOf([join(runs, "one")])).deep.equal(several.slice(0, 1));
    expect(await linesOf([join(runs, "worse")])).deep.equal(several.slice(1));
    const [bent, unbent] = await linesOf([runs], { mutate: true });
    expect(bent).include.keys("mutations");
    // There was no run at strength 0.
    expect({ ...bent, mutations: undefined }).deep.equal({ ...several[0], exitCode: 3, mutations: undefined });
    expect(unbent).deep.equal(several[1]);
    expect(await linesOf([join(runs, "one")], { mutate: true })).deep.equal([bent]);
  });

  it("bends the predictions of old runs, keeps what it finds, and does not bend what was not confirmed", async () => {
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    await keep(journal());
    expect(await judgeCommand([folder], say, { mutate: true })).equal(3);
    // There was no run at strength 0, so what only that can show is undecided.
    expect(said.join("")).match(/mutation: 5 of 7 predictions can fail .+\n.+strength 0 does not count: it was not run\n {2}UNDECIDED/u);
    said.length = 0;
    await judgeCommand([folder], say, { markdown: true });
    expect(said.join("")).contain("mutation: 5 of 7 predictions can fail; 0 smoke");
    // What an earlier version kept is bent again, not believed.
    const kept = await readFile(join(folder, "mutation.json"), "utf8");
    await writeFile(
      join(folder, "mutation.json"),
      kept.replaceAll(/ +"role": "[a-z]+",\n/gu, "").replaceAll('"canFail": false', '"canFail": true'),
    );
    said.length = 0;
    await judgeCommand([folder], say, { mutate: true });
    expect(said.join("")).contain("mutation: 5 of 7 predictions can fail");
    await rm(join(folder, "mutation.json"));
    await keep(journal({ plan: noopPlan, behaviour: calm }));
    said.length = 0;
    await judgeCommand([folder], say, { mutate: true });
    expect(said.join("")).contain("only what was confirmed, and meant to be, can be bent");
    await writeFile(join(folder, "mutation.json"), "[1]");
    const error: unknown = await judgeCommand([folder], say).catch((thrown: unknown) => thrown);
    expect(error).include({ code: "input" });
  });

  it("ends with 1 where a prediction survived and predictions were to be bent, as `run --mutate` does", async () => {
    const zero = join(folder, "one", "strength-0", "zero");
    await mkdir(zero, { recursive: true });
    const write = async (path: string, records: ReturnType<typeof journal>) =>
      await writeFile(join(path, "journal.ndjson"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    await write(join(folder, "one"), journal());
    // What the fault was to bring is there without it, too.
    await write(zero, journal({ plan: atStrengthZero(diskPressure), behaviour: crawlingWrites }));
    const exit = async (words: readonly string[], options: JudgeOptions) => await judgeCommand(words, () => {}, options);
    const run = join(folder, "one");
    await mkdir(join(folder, "two"));
    await write(join(folder, "two"), journal());
    const both = [run, join(folder, "two")];
    expect(await exit([run], { mutate: true })).equal(1);
    expect(await exit([run], { mutate: true, json: true })).equal(1);
    expect(await exit(both, { mutate: true })).equal(1);
    expect(await exit(both, { mutate: true, markdown: true })).equal(1);
    expect(await exit(both, { mutate: true, json: true })).equal(1);
    // Nobody asked, though what was found lies there.
    expect(await exit(both, {})).equal(0);
  });

  it("names runs that cannot be judged among several, and goes on; a single one is an error", async () => {
    for (const [name, records] of Object.entries({ one: journal(), torn: journal().slice(1), two: journal() })) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "journal.ndjson"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    }
    const judged = async (options: JudgeOptions) => {
      const said: string[] = [];
      expect(await judgeCommand([folder], (text) => said.push(text), options)).equal(4);
      return said;
    };
    const why = `the journal in ${join(folder, "torn")} does not begin with its plan`;
    expect((await judged({})).join(""))
      .contain("2 of 2 runs as expected")
      .and.contain(`Could not be judged (1):\n  ${why}`);
    expect((await judged({ markdown: true })).join("")).contain(`Could not be judged (1):\n\n- ${why}`);
    expect(lines(await judged({ json: true })).map(({ folder: from, outcome, exitCode }) => [from, outcome, exitCode])).deep.equal([
      [join(folder, "one"), "confirmed", 0],
      [join(folder, "torn"), "inconclusive", 4],
      [join(folder, "two"), "confirmed", 0],
    ]);
    for (const options of [{}, { json: true }, { markdown: true }]) {
      const error: unknown = await judgeCommand([join(folder, "torn")], () => {}, options).catch((thrown: unknown) => thrown);
      expect(error).include({ code: "input", message: why });
    }
  });

  it("refuses what is no run", async () => {
    const error: unknown = await judgeCommand([join(folder, "nowhere")], () => {}).catch((thrown: unknown) => thrown);
    expect(error).include({ code: "input" });
  });
});
