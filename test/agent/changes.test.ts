// The agent's leases, with a small program in nft's place that can refuse to let packets pass again.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { Changes } from "../../src/agent/changes.ts";
import type { Executor } from "../../src/agent/executor.ts";
import { startClock } from "../../src/agent/clock.ts";
import { ownNetns } from "../../src/agent/namespace.ts";
import { familiesOf, readProcesses } from "../../src/agent/process-table.ts";
import type { ArmedChange } from "../../src/model/identity.ts";
import type { Traffic } from "../../src/model/op.ts";
import { armedChange, eventually, identity } from "./agent-container.ts";

const table = "planefault_changes";
const at = { component: "server" };
const traffic: Traffic = { from: { component: "user" }, network: "data", protocol: "any", flows: "all", action: "drop", percent: 100 };
const armed = (leaseMs: number) =>
  armedChange(
    "c1",
    { op: "packets.block", at, traffic },
    { op: "packets.pass", at, traffic },
    { holdMs: 100, leaseMs },
    identity("server", ownNetns(), { data: "127.0.0.1" }),
    identity("user", "1", { data: "10.0.0.2" }),
  );

/** Holds one set in memory, and leaves as many deletes as asked undone. */
const played = (refusals: number): string => `#!${process.execPath}
let held = false, refusals = ${refusals};
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  if (line.startsWith("add element")) held = true;
  if (line.startsWith("delete element") && (refusals -= 1) < 0) held = false;
  if (line === "list tables inet") console.log('"${table}"');
  if (line.startsWith("list set")) console.log(JSON.stringify({ set: { elem: held ? ["10.0.0.2"] : [] } }));
});
`;

describe("changes of an agent", function () {
  this.timeout(10_000);
  const path = process.env["PATH"];
  let folder: string;
  let said: string[];
  let changes: Changes;

  /** A clerk that nobody brings back before `comeBack`. */
  async function armClerk(
    op: { readonly op: "process.kill" } | { readonly op: "process.restart"; readonly signal: "TERM" },
    first = "",
  ): Promise<{ comeBack(): void; end(): void }> {
    const exe = `late-${process.pid}`;
    const program = `${first} process.title = "${exe}"; setInterval(() => undefined, 1000)`;
    const clerks: ChildProcess[] = [];
    const comeBack = (): void => void clerks.push(spawn(process.execPath, ["-e", program], { stdio: "ignore" }));
    comeBack();
    const declared = [{ name: "clerk", exe }];
    const living = () => familiesOf(readProcesses(), declared).get("clerk")?.[0];
    await eventually("the clerk", 5_000, () => living() !== undefined);
    const row = living();
    if (!row) throw new Error("the clerk has gone");
    const place = { component: "server", process: "clerk" };
    const bound = { netns: ownNetns(), process: { name: "clerk", pid: row.pid, startTicks: row.startTicks } };
    const one = armedChange(
      "c2",
      { ...op, at: place },
      { op: "process.ensure", at: place },
      { holdMs: 100, leaseMs: 60_000 },
      identity("server", ownNetns(), {}, bound),
    );
    await changes.arm(one, table, declared);
    return { comeBack, end: () => clerks.forEach((clerk) => clerk.kill("SIGKILL")) };
  }

  async function fire(leaseMs: number, refusals: number): Promise<void> {
    writeFileSync(join(folder, "nft"), played(refusals), { mode: 0o755 });
    const clock = startClock(process.hrtime.bigint());
    changes = new Changes(clock, (text) => void said.push(text));
    await changes.arm(armed(leaseMs), table);
    await changes.fire("c1", clock.now());
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "planefault-changes-"));
    said = [];
    process.env["PATH"] = `${folder}${delimiter}${path}`;
  });
  afterEach(async () => {
    await changes.disarm();
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });

  it("are undone at the end of their lease, again and again until it works", async () => {
    await fire(50, 2);
    await eventually("the undo", 5_000, () => changes.firedAt("c1") === undefined);
    const failed = "the lease of c1 has ended and its undo failed: nft still holds 10.0.0.2: ";
    expect(said).to.deep.equal([failed, failed, "the lease of c1 has ended: undone"]);
  });

  it("are all undone at the end while a supervisor takes its time", async () => {
    await fire(60_000, 0);
    const clerk = await armClerk({ op: "process.kill" });
    try {
      await changes.fire("c2", 0);
      const all = changes.undoAll();
      await eventually("the packets to pass", 2_000, () => changes.firedAt("c1") === undefined);
      expect(changes.firedAt("c2")).to.be.a("number");
      clerk.comeBack();
      expect(await all).to.deep.equal([]);
      expect(changes.firedAt("c2")).to.equal(undefined);
    } finally {
      clerk.end();
    }
  });

  it("whose undo waits for a supervisor are not taken back by the shot that failed: the harness asks for that", async () => {
    changes = new Changes(startClock(process.hrtime.bigint()), (text) => void said.push(text));
    const clerk = await armClerk({ op: "process.restart", signal: "TERM" }, "process.on('SIGTERM', () => undefined);");
    try {
      expect(await changes.fire("c2", 0).catch(String)).to.match(/waited 4 s for clerk .* to end after SIGTERM$/u);
      expect(changes.firedAt("c2")).to.be.a("number");
      clerk.end();
      clerk.comeBack();
      await changes.undo("c2");
      expect(changes.firedAt("c2")).to.equal(undefined);
    } finally {
      clerk.end();
    }
  });

  it("are not undone before an apply that is under way has ended, and once where two ask for it", async () => {
    const done: string[] = [];
    const applied = Promise.withResolvers<void>();
    const slow: Executor = {
      check: () => undefined,
      apply: () => applied.promise.then(() => void done.push("applied")),
      undo: async () => void done.push("undone"),
    };
    const clock = startClock(process.hrtime.bigint());
    changes = new Changes(
      clock,
      (text) => void said.push(text),
      async () => slow,
    );
    await changes.arm(armed(60_000), table);
    const fired = changes.fire("c1", 0);
    await eventually("the shot", 5_000, () => changes.firedAt("c1") !== undefined);
    const undone = [changes.undo("c1"), changes.undo("c1")];
    applied.resolve();
    await Promise.all([fired, ...undone]);
    expect(done).to.deep.equal(["applied", "undone"]);
    expect(changes.firedAt("c1")).to.equal(undefined);
  });

  for (const [what, stallMs, wanted] of [
    [
      "are checked again where a stall lies between check and shot, in which another process may have come to the pid",
      500,
      "it is another",
    ],
    ["are checked once where the shot follows at once", 0, "shot"],
  ] as const)
    it(what, async () => {
      const times = { nowMs: 0, checks: 0 };
      const stalling = {
        now: () => times.nowMs,
        until: async (atMs: number) => void (times.nowMs = atMs + (times.checks > 0 ? stallMs : 0)),
      };
      const check = (): void => {
        times.checks += 1;
        if (times.checks > 1) throw new Error("it is another");
      };
      const executor: Executor = { check, apply: async () => undefined, undo: async () => undefined };
      changes = new Changes(
        stalling,
        (text) => void said.push(text),
        async () => executor,
      );
      await changes.arm(armed(60_000), table);
      expect(
        await changes.fire("c1", 1_000).then(
          () => "shot",
          (error: Error) => error.message,
        ),
      ).to.equal(wanted);
      expect(changes.firedAt("c1") === undefined).to.equal(wanted !== "shot");
    });

  it("are undone at once where the undo itself ends the apply", async () => {
    const applied = Promise.withResolvers<void>();
    const undo = async (): Promise<void> => applied.reject(new Error("undone before it stood"));
    const clock = startClock(process.hrtime.bigint());
    const make = async (): Promise<Executor> => ({ check: () => undefined, apply: () => applied.promise, undo, endsApply: true });
    changes = new Changes(clock, (text) => void said.push(text), make);
    await changes.arm(armed(60_000), table);
    const fired = changes.fire("c1", 0).catch(String);
    await eventually("the shot", 5_000, () => changes.firedAt("c1") !== undefined);
    await changes.undo("c1");
    expect(await fired).to.include("undone before it stood");
  });

  it("are not fired while all are disarmed: the undo of the one may have gone before, while another still takes its time", async () => {
    const done: string[] = [];
    const undone = Promise.withResolvers<void>();
    const make = async ({ change: { id } }: ArmedChange): Promise<Executor> => ({
      check: () => undefined,
      apply: async () => void done.push(`${id} applied`),
      undo: () => (id === "c1" ? undone.promise : Promise.resolve()),
    });
    changes = new Changes(startClock(process.hrtime.bigint()), (text) => void said.push(text), make);
    const first = armed(60_000);
    await changes.arm(first, table);
    await changes.arm({ ...first, change: { ...first.change, id: "c2" } }, table);
    await changes.fire("c1", 0);
    const disarmed = changes.disarm();
    // The last one is undone first.
    const fired = changes.fire("c2", 0).then(() => "fired", String);
    undone.resolve();
    await disarmed;
    expect([await fired, ...done]).to.deep.equal(["Error: ending", "c1 applied"]);
  });

  it("that were undone before their instant are not brought back by a later order, which has an instant of its own", async () => {
    const times: number[] = [];
    const clock = startClock(process.hrtime.bigint());
    const apply = async (): Promise<void> => void times.push(clock.now());
    const make = async (): Promise<Executor> => ({ check: () => undefined, apply, undo: async () => undefined });
    changes = new Changes(clock, (text) => void said.push(text), make);
    await changes.arm(armed(60_000), table);
    const nowMs = clock.now();
    const first = changes.fire("c1", nowMs + 100).catch(String);
    await changes.undo("c1");
    await changes.fire("c1", nowMs + 200);
    expect(await first).to.include("c1 was undone before its instant");
    expect(times).to.have.length(1);
    expect(times[0]).to.be.at.least(nowMs + 200);
  });

  it("keep their lease when an undo that was asked for fails", async () => {
    await fire(300, 1);
    const error = await changes.undo("c1").catch((caught: unknown) => String(caught));
    expect(error).to.include("nft still holds 10.0.0.2");
    await eventually("the end of the lease", 5_000, () => said.includes("the lease of c1 has ended: undone"));
    expect(changes.firedAt("c1")).to.equal(undefined);
  });
});
