// `planefault run` on the model: what is said, what is on disk, what is run again, and when.
import { expect } from "chai";
import { cp, mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { instead } from "../run/simulate.ts";
import { SimCall } from "./sim-sessions.ts";

const nothing = "experiments/echo/nothing.yaml";
const loss = "experiments/echo/loss.yaml";

describe("planefault run", function () {
  this.timeout(30_000);
  let folder = "";
  let reports = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-run-"));
    reports = join(folder, "reports");
  });
  let watching: SimCall | undefined;
  afterEach(async () => {
    watching?.interrupt();
    await rm(folder, { recursive: true });
  });
  const score = async () =>
    (await readFile(join(reports, "score-card.ndjson"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  /** Experiments of our own, with the targets of the repository above them. */
  const own = async (...names: readonly string[]): Promise<string> => {
    await cp("targets/echo", join(folder, "targets", "echo"), { recursive: true });
    await mkdir(join(folder, "mine"));
    for (const name of names) await cp(`experiments/echo/${name}.yaml`, join(folder, "mine", `${name}.yaml`));
    return join(folder, "mine");
  };

  it("gives one file a report, its parts on disk and `latest` pointing at them", async () => {
    const call = new SimCall();
    expect(await call.run([nothing], { reports })).to.equal(0);
    expect(call.out.join(""))
      .to.match(/^confirmed, as expected/u)
      .and.to.contain("again:  ./planefault run experiments/echo/nothing.yaml");
    const latest = await readlink(join(reports, "latest"));
    expect(await readdir(join(reports, latest))).to.include.members([
      "plan.json",
      "journal.ndjson",
      "verdict.json",
      "report.txt",
      "junit.xml",
      "logs",
    ]);
    // No series, so nothing that could be resumed is touched.
    expect(await readdir(reports)).to.have.members(["latest", latest]);
    expect(call.closed).to.equal(true);
  });

  it("runs only experiments with the tag that is asked for", async () => {
    const mine = await own("loss", "wrong");
    const call = new SimCall();
    await call.run([mine], { reports, tag: "reference" });
    expect(call.runs).to.have.length(1);
    expect(call.screen).to.contain("wrong.yaml").and.not.to.contain("loss.yaml");
  });

  it("hands the seed to the world and to the journal", async () => {
    const call = new SimCall();
    await call.run([nothing], { reports, seed: 77 });
    expect(call.runs.map(({ seed }) => seed)).to.deep.equal([77]);
    const [first = ""] = (await readFile(join(reports, "latest", "journal.ndjson"), "utf8")).split("\n");
    expect(JSON.parse(first)).to.include({ type: "run", seed: 77 });
  });

  it("gives a folder and a file a score card, each file once, the worst exit code, and NDJSON with --json", async () => {
    const mine = await own("nothing", "wrong");
    const path = join(mine, "wrong.yaml");
    await writeFile(path, (await readFile(path, "utf8")).replace('"get failing', '"get slow'));
    const call = new SimCall();
    expect(await call.run([mine, path, nothing], { reports })).to.equal(1);
    expect(call.out.at(-2)).to.contain("2 of 3 runs as expected, 3 experiments").and.to.contain("NOT OK");
    const json = new SimCall();
    expect(await json.run([mine], { reports, json: true })).to.equal(1);
    expect(json.lines().map(({ outcome, asExpected, exitCode }) => [outcome, asExpected, exitCode])).to.deep.equal([
      ["confirmed", true, 0],
      ["refuted", false, 1],
    ]);
    expect(json.lines()[0]).to.have.nested.property("verdict.outcome", "confirmed");
  });

  it("repeats, and has each result on disk before the next run starts", async () => {
    const call = new SimCall();
    const known: number[] = [];
    const counts: Promise<void>[] = [];
    call.before = () =>
      void counts.push(
        score().then(
          (lines) => void known.push(lines.length),
          () => void known.push(0),
        ),
      );
    expect(await call.run([nothing], { reports, repeat: 3 })).to.equal(0);
    await Promise.all(counts);
    expect(known).to.deep.equal([0, 1, 2]);
    expect(call.out.at(-2)).to.contain("3/3 as expected");
  });

  it("goes on where it was broken off, and runs a changed file again", async () => {
    const mine = await own("nothing", "loss");
    const broken = new SimCall();
    broken.before = (run) => void (run === 3 && broken.interrupt());
    expect(await broken.run([mine], { reports, repeat: 2 })).to.equal(4);
    expect((await score()).map(({ file, repeat }) => `${String(file).split("/").at(-1)} ${String(repeat)}`)).to.deep.equal([
      "loss.yaml 1",
      "nothing.yaml 1",
    ]);

    const resumed = new SimCall();
    expect(await resumed.run([mine], { reports, repeat: 2, resume: true })).to.equal(0);
    expect(resumed.runs).to.have.length(2);
    expect(resumed.out.at(-2)).to.contain("4 of 4 runs as expected, 2 experiments");

    await writeFile(join(mine, "nothing.yaml"), (await readFile(join(mine, "nothing.yaml"), "utf8")).replace("fault: 6s", "fault: 7s"));
    const changed = new SimCall();
    expect(await changed.run([mine], { reports, repeat: 2, resume: true })).to.equal(0);
    expect(changed.runs).to.have.length(2);

    const idle = new SimCall();
    expect(await idle.run([mine], { reports, repeat: 2, resume: true, json: true })).to.equal(0);
    expect(idle.opened, "sessions without anything to run").to.equal(undefined);
    expect(idle.lines().map((line) => line["resumed"])).to.deep.equal([true, true, true, true]);

    // A journal that somebody damaged meanwhile costs its own row of the tables and no other.
    const damaged = String((await score())[0]?.["folder"]);
    await writeFile(join(damaged, "journal.ndjson"), "{}\n");
    const lost = new SimCall();
    expect(await lost.run([mine], { reports, repeat: 2, resume: true })).to.equal(0);
    expect(lost.screen).to.contain(`not in the tables: ${damaged}/journal.ndjson:1 is not a journal record`);
    expect(lost.out.at(-1)).to.contain("Diagnosis, blind");
  });

  it("runs again what was made with other images, another agent or another version", async () => {
    await new SimCall().run([nothing, loss], { reports });
    const other = new SimCall();
    other.madeOf = "something else";
    expect(await other.run([nothing, loss], { reports, resume: true })).to.equal(0);
    expect(other.runs).to.have.length(2);
    const same = new SimCall();
    same.madeOf = "something else";
    await same.run([nothing, loss], { reports, resume: true });
    expect(same.runs).to.deep.equal([]);
  });

  it("runs again what ended because the machine failed, and goes on with the others", async () => {
    const failing = new SimCall();
    failing.before = (run) => {
      if (run === 1) throw new Error("no engine just now");
    };
    expect(await failing.run([nothing, loss], { reports })).to.equal(4);
    expect((await score()).map(({ exitCode }) => exitCode)).to.deep.equal([4, 0]);
    const again = new SimCall();
    expect(await again.run([nothing, loss], { reports, resume: true })).to.equal(0);
    expect(again.runs).to.have.length(1);
  });

  it("runs again what may have left something broken, once that was cleaned up", async () => {
    const leaky = new SimCall();
    let asked = 0;
    leaky.around = (sim, run) =>
      run === 1 ? instead(sim, { digest: async () => ({ ...(await sim.digest()), "echo/limits": `${++asked}` }) }) : sim;
    expect(await leaky.run([nothing, loss], { reports })).to.equal(5);
    expect((await score()).map(({ exitCode }) => exitCode)).to.deep.equal([5, 0]);
    const again = new SimCall();
    expect(await again.run([nothing, loss], { reports, resume: true })).to.equal(0);
    expect(again.runs).to.have.length(1);
  });

  it("refuses bad input before anything starts, all problems at once", async () => {
    const call = new SimCall();
    expect(await call.run(["test/files/bad/unknown-option.yaml", nothing, "test/files/bad/unknown-kind.yaml"], { reports })).to.equal(2);
    expect(call.screen).to.contain("unknown-option.yaml:5:45").and.to.contain("unknown-kind.yaml:5:19");
    expect(call.opened).to.equal(undefined);
  });

  it("takes the default export of a TypeScript file, as it is now", async () => {
    const file = join(await own(), "typed.ts");
    const write = async (title: string): Promise<void> =>
      writeFile(
        file,
        `import { defineExperiment } from ${JSON.stringify(resolve("src/index.ts"))};
export default defineExperiment({
  version: 1,
  title: ${JSON.stringify(title)},
  target: "echo",
  phases: { baseline: "5s", fault: "6s", recovery: "4s" },
  faults: [{ kind: "noop" }],
  predict: { planes: { data: "unaffected", control: "unaffected", management: "unaffected" } },
});
`,
      );
    const shipped = new SimCall();
    expect(await shipped.run(["test/experiments/echo/typed.ts"], { reports })).to.equal(0);
    for (const title of ["first words", "other words"]) {
      await write(title);
      const call = new SimCall();
      expect(await call.run([file], { reports })).to.equal(0);
      expect(call.out.join("")).to.contain(title);
    }
  });

  it("--keep is the session's to honour", async () => {
    const call = new SimCall();
    await call.run([nothing], { reports, keep: true });
    expect(call.opened).to.include({ keep: true });
  });

  it("--watch runs what was saved again, waits on a bad file, and ends with Ctrl-C", async () => {
    const mine = await own("nothing", "loss");
    const file = join(mine, "nothing.yaml");
    const good = await readFile(file, "utf8");
    const call = new SimCall();
    const ended = call.run([mine], { reports, watch: true });
    watching = call;
    const titles = (): readonly string[] =>
      call.out.filter((text) => /^\w+, (?:not )?as expected/u.test(text)).map((text) => text.split("\n")[0] ?? "");
    await call.says("Ctrl-C ends", 1);
    expect([call.runs.length, titles().length]).to.deep.equal([2, 2]);
    await writeFile(file, good.replace("kind: noop", "kind: nope"));
    await call.says("Ctrl-C ends", 2);
    expect(call.screen).to.contain('"nope"');
    await writeFile(file, good.replace("nothing is broken", "still nothing is broken"));
    await call.says("Ctrl-C ends", 3);
    expect(call.runs).to.have.length(3);
    expect(titles().at(-1)).to.contain("still nothing is broken");
    const target = join(folder, "targets", "echo", "target.yaml");
    await writeFile(target, (await readFile(target, "utf8")).replace("one HTTP server", "a single HTTP server"));
    await call.says("Ctrl-C ends", 4);
    expect(call.runs).to.have.length(5);
    expect(call.runs.at(-1)?.stack.description).to.contain("a single HTTP server");
    expect(call.closed).to.equal(false);
    call.interrupt();
    expect(await ended).to.equal(0);
    expect(call.closed).to.equal(true);
  });
});
