import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Reading } from "../../../src/agent/probe/attempt.ts";
import { execAttempt, outputLimit } from "../../../src/agent/probe/exec-attempt.ts";
import type { Measurement } from "../../../src/model/probe.ts";
import { commandOf, counts, observe, probe } from "./fixture.ts";

const program = (run: readonly string[], expected?: Extract<Measurement, { kind: "exec" }>["expect"]): Measurement => ({
  kind: "exec",
  peer: { component: "app", network: "data" },
  run,
  expect: expected,
});
const timing = { everyMs: 200, deadlineMs: 3_000 };
const kinds = (rows: Parameters<typeof counts>[0]): readonly string[] => Object.keys(counts(rows)).filter((word) => word !== "missed");

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .split(" ")
    .filter((text) => text !== "")
    .map(Number);

async function gone(pids: ReadonlySet<number>, limitMs = 3_000): Promise<void> {
  const until = performance.now() + limitMs;
  const left = (): readonly number[] => childrenOf(process.pid).filter((pid) => pids.has(pid));
  while (left().length > 0) {
    if (performance.now() > until) throw new Error(`still running after ${limitMs} ms: ${left().join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Where nobody collects it, what has ended stays as a zombie. */
function hasEnded(pid: number): boolean {
  try {
    return /\) Z /u.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}

async function holds(what: string, check: () => boolean, limitMs = 3_000): Promise<void> {
  const until = performance.now() + limitMs;
  while (!check()) {
    if (performance.now() > until) throw new Error(`waited ${limitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("exec probe", () => {
  it("wants exit code 0 and what is expected in the output's JSON, and hands over the address", async () => {
    const says = ["printf", '{ "asked": "%s", "more": [1, 2] }', "{address}"];
    const { rows } = await observe(
      commandOf([
        probe(program(says, { asked: "127.0.0.1", more: { 1: 2 } }), { ...timing, instance: "right" }),
        probe(program(says, { asked: "127.0.0.2" }), { ...timing, instance: "another" }),
        probe(program(["true"]), { ...timing, instance: "quiet" }),
        probe(program(["ls", "/absent"]), { ...timing, instance: "failing" }),
      ]),
      ({ rows }) => ["right", "another", "quiet", "failing"].every((name) => kinds(rows(name)).length > 0),
    );
    expect(kinds(rows("right"))).to.deep.equal(["ok"]);
    expect(kinds(rows("another"))).to.deep.equal(["wrong"]);
    expect(rows("another").find(([, , outcome]) => outcome === "wrong")?.[3]).to.equal("output.asked");
    expect(kinds(rows("quiet"))).to.deep.equal(["ok"]);
    expect(rows("failing").find(([, , outcome]) => outcome === "failed")?.[3]).to.match(/^exit 2: ls: cannot access/u);
  });

  it("kills what outlasts the deadline or says too much, and says where there is no such program", async () => {
    const pids = new Set<number>();
    const { rows } = await observe(
      commandOf([
        probe(program(["sleep", "60"]), { everyMs: 200, deadlineMs: 500, instance: "hangs" }),
        probe(program(["yes"]), { ...timing, instance: "floods" }),
        probe(program(["planefault-absent"]), { ...timing, instance: "absent" }),
      ]),
      ({ rows }) => {
        for (const pid of childrenOf(process.pid)) pids.add(pid);
        return ["hangs", "floods", "absent"].every((name) => kinds(rows(name)).length > 0);
      },
    );
    expect(kinds(rows("hangs"))).to.deep.equal(["late"]);
    expect(rows("floods").find(([, , outcome]) => outcome === "wrong")?.[3]).to.equal(`more than ${outputLimit} bytes on stdout`);
    expect(rows("absent").find(([, , outcome]) => outcome === "failed")?.[3]).to.equal("ENOENT");
    expect(pids.size).to.be.greaterThan(0);
    await gone(pids);
  });

  it("takes along what the program has started, at the deadline and where the program ends before it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "planefault-exec-"));
    const file = join(folder, "pid");
    // A child of the shell's child, which has let go of our output.
    const family = (end: string): readonly string[] => [
      "sh",
      "-c",
      `sh -c "sleep 60 >&- 2>&- & echo \\$! > ${file}.new; mv ${file}.new ${file}; ${end}"; true`,
    ];
    const grandchild = async (): Promise<number> => {
      await holds("the grandchild to start", () => existsSync(file));
      const pid = Number(readFileSync(file, "utf8"));
      rmSync(file);
      return pid;
    };
    try {
      const cancel = execAttempt(family("wait"), undefined)(1, () => undefined);
      const hanging = await grandchild();
      cancel();
      await holds("the grandchild to end at the deadline", () => hasEnded(hanging));

      const { promise: read, resolve } = Promise.withResolvers<Reading>();
      execAttempt(family("exit 0"), undefined)(1, resolve);
      expect((await read).outcome).to.equal("ok");
      const left = await grandchild();
      await holds("the grandchild to end with its program", () => hasEnded(left));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
