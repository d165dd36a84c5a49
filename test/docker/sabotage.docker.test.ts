// A run whose injector lies must never be believed: each executor in turn reports success and does nothing, on real containers.
import { expect } from "chai";
import { rm } from "node:fs/promises";
import { factsOf } from "../../src/commands/known-facts.ts";
import { lacks } from "../../src/plan/facts.ts";
import { undoOf } from "../faults/undo-of.ts";
import { provideTiny, runTiny, sabotage, type Tiny, type TinyRun } from "./tiny.ts";

const executors = [
  { op: "packets.block", place: "tiny: 0.0 % of", file: "three" },
  { op: "disk.limit", place: "tiny/writer: canary write", file: "three" },
  { op: "process.stop", place: "tiny/clerk: stopped in 0 of", file: "three" },
  { op: "link.down", place: "tiny on data: down in 0 %", file: "links" },
  { op: "rate.limit", place: "tiny on mgmt: trains of canaries", file: "links" },
  { op: "sync.delay", place: "tiny/writer: 0 syncs during the fault, the shortest took", file: "held" },
  { op: "cpu.limit", place: "tiny/clerk: canary work", file: "held" },
  { op: "sync.fail", place: "tiny/writer: 0 syncs during the fault, 0 failed", file: "failing" },
  { op: "memory.limit", place: "tiny: left", file: "failing" },
  { op: "packets.disturb", place: "tiny on data: canaries to user took", file: "disturbed" },
] as const;

/** Whether the probers had enough of the processors is the machine's affair, not the injector's. */
const broken = ({ verdict }: TinyRun): readonly string[] =>
  verdict.assumptions.filter(({ held, name }) => !held && name !== "prober-starved").map(({ name }) => name);

/** What an undo that does nothing leaves. The witness sees packets and processes; a canary that a limit still holds says nothing, but the limit itself stands in the state after.
 * Traced processes are let go when their agent closes, so only the witness has seen those. */
const stillThere: Readonly<Record<(typeof executors)[number]["file"], readonly string[]>> = {
  three: ["c1 on tiny still acts", "c4 on tiny still acts", "tiny/limit/planefault-writer/", "tiny/process/clerk"],
  links: ["c1 on tiny still acts", "c2 on tiny still acts", "tiny/links", "tiny/qdiscs"],
  held: ["c1 on tiny still acts", "c2 on tiny still acts", "tiny/quota/planefault-clerk/", "tiny/busy"],
  failing: ["c1 on tiny still acts", "c2 on tiny still acts", "tiny/memory/memory.limit_in_bytes", "tiny/memory/oom_kill_disable"],
  disturbed: ["c1 on tiny still acts", "tiny/qdiscs"],
};

/** Those that end a process need an experiment of their own: it is another one afterwards. */
const endings = [
  { op: "process.kill", place: "tiny/clerk: down in 0 of" },
  { op: "process.restart", place: "tiny/writer: down in 0 of" },
] as const;

describe("a sabotaged agent", function () {
  this.timeout(120_000);
  let tiny: Tiny;
  const folders: string[] = [];
  const sabotaged = async (ops: readonly string[], methods: string, file = "three"): Promise<TinyRun> => {
    const folder = await sabotage(tiny.agentFolder, ops, methods);
    folders.push(folder);
    return await runTiny(tiny, file, { agentFolder: folder });
  };
  before(async function () {
    this.timeout(20 * 60_000);
    tiny = await provideTiny();
  });
  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  /** Skips by name what this kernel cannot do. */
  const needs = (running: Mocha.Context, file: string): void => {
    const why = file === "disturbed" ? lacks("netem", factsOf(tiny.provided.kernel))?.message : undefined;
    if (why === undefined) return;
    if (running.test) running.test.title += ` (${why})`;
    running.skip();
  };

  it("is tried with every executor that there is", () => {
    expect([...executors, ...endings].map(({ op }) => op)).to.have.members(Object.keys(undoOf));
  });

  // Without this the others would show nothing: they could be inconclusive for any reason.
  for (const file of new Set(executors.map((one) => one.file)))
    it(`an honest one is confirmed: ${file}`, async function () {
      // On a machine that does something else too, the probers may starve.
      this.retries(1);
      needs(this, file);
      const result = await runTiny(tiny, file);
      expect(broken(result), result.verdict.reason).to.deep.equal([]);
      expect([result.verdict.outcome, result.exitCode, result.left]).to.deep.equal(["confirmed", 0, []]);
    });

  for (const { op, place, file } of executors)
    it(`that only pretends ${op} makes the run inconclusive, and nothing else is blamed`, async function () {
      needs(this, file);
      const result = await sabotaged([op], "{ apply: async () => undefined }", file);
      expect(
        new Set(result.records.flatMap((record) => (record.type === "fired" ? [record.answer] : []))),
        result.verdict.reason,
      ).to.deep.equal(new Set(["done"]));
      expect(broken(result)).to.deep.equal(["fault-acted"]);
      const reason = result.verdict.assumptions.find(({ name }) => name === "fault-acted")?.detail;
      expect(reason).to.contain("did not act as asked").and.to.contain(place);
      const others = executors.filter((one) => one.op !== op).map((one) => one.place);
      for (const other of others) expect(reason).not.to.contain(other);
      expect([result.verdict.outcome, result.exitCode, result.verdict.leaks, result.left]).to.deep.equal(["inconclusive", 3, [], []]);
    });

  for (const [file, still] of Object.entries(stillThere))
    it(`that only pretends its undo ends with 5, names all that still acts, and the end of the session removes it: ${file}`, async function () {
      needs(this, file);
      const result = await sabotaged(
        executors.map(({ op }) => op),
        "{ undo: async () => undefined }",
        file,
      );
      const undone = result.records.flatMap((record) => (record.type === "undone" ? [record.answer] : []));
      expect(new Set(undone), result.verdict.reason).to.deep.equal(new Set(["done"]));
      const leaks = result.verdict.leaks.join("\n");
      for (const leak of still) expect(leaks, leaks).to.contain(leak);
      expect(broken(result)).to.include("fault-gone");
      expect(broken(result).includes("no-foreign-change")).to.equal(still.some((leak) => leak.startsWith("tiny/")));
      expect([result.verdict.outcome, result.exitCode, result.left]).to.deep.equal(["inconclusive", 5, []]);
    });

  it("an honest one that ends processes is confirmed, and the new ones are no leak", async function () {
    this.retries(1);
    const result = await runTiny(tiny, "ended");
    expect(broken(result), result.verdict.reason).to.deep.equal([]);
    expect([result.verdict.outcome, result.exitCode, result.verdict.leaks, result.left]).to.deep.equal(["confirmed", 0, [], []]);
    const state = result.verdict.assumptions.find(({ name }) => name === "no-foreign-change")?.detail;
    for (const process of ["clerk", "writer"]) expect(state).to.contain(`by design for tiny/process/${process}/identity`);
  });

  for (const { op, place } of endings)
    it(`that only pretends ${op} makes the run inconclusive`, async () => {
      const result = await sabotaged([op], "{ apply: async () => undefined }", "ended");
      expect(broken(result), JSON.stringify(result.verdict.assumptions)).to.deep.equal(["fault-acted"]);
      expect(result.verdict.assumptions.find(({ name }) => name === "fault-acted")?.detail).to.contain(place);
      expect([result.verdict.outcome, result.exitCode, result.verdict.leaks, result.left]).to.deep.equal(["inconclusive", 3, [], []]);
    });

  it("that goes on killing after its undo ends with 5: the process is still down", async () => {
    const result = await sabotaged(["process.kill"], "{ undo: async () => undefined }", "ended");
    expect(result.verdict.leaks.join("\n")).to.contain("c1 on tiny still acts").and.to.contain("tiny/process/clerk was ");
    expect([result.verdict.outcome, result.exitCode, result.left]).to.deep.equal(["inconclusive", 5, []]);
  });

  it("that acts and then fails, and at first cannot take it back, is asked for the undo all the same", async () => {
    const stuckOnce = `(() => {
      let asked = 0;
      return {
        apply: async () => { await honest.apply(); throw new Error("half way"); },
        undo: async () => { asked += 1; if (asked === 1) throw new Error("stuck"); await honest.undo(); },
      };
    })()`;
    const result = await sabotaged(["disk.limit", "process.stop"], stuckOnce);
    const fired = result.records.flatMap((record) => (record.type === "fired" ? [`${record.change} ${record.answer}`] : []));
    expect(fired.toSorted(), result.verdict.reason).to.deep.equal(["c1 done", "c2 done", "c3 refused", "c4 refused"]);
    const undone = result.records.flatMap((record) => (record.type === "undone" ? [`${record.change} ${record.answer}`] : []));
    expect(undone.toSorted()).to.deep.equal(["c1 done", "c2 done", "c3 done", "c4 done"]);
    expect(result.end.reason).to.contain("half way, and taking it back failed: stuck");
    expect([result.end.outcome, result.verdict.outcome, result.exitCode, result.verdict.leaks, result.left]).to.deep.equal([
      "failed",
      "inconclusive",
      4,
      [],
      [],
    ]);
  });
});
