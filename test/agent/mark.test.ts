// Processes of ours are told from the component's by their mark, never by their name.
import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { countMarked, marks } from "../../src/agent/mark.ts";
import { workerCommand } from "../../src/agent/squeeze.ts";
import { startAskedChild } from "../../src/agent/witness/asked-child.ts";
import { eventually } from "./agent-container.ts";

const work = fileURLToPath(new URL("../../src/agent/witness/work-child.ts", import.meta.url));
const programOf = (pid = 0): string => readFileSync(`/proc/${pid}/comm`, "utf8").trim();
const counted = (): readonly number[] => [countMarked(marks.busy), countMarked(marks.canary)];

describe("the mark of our own processes", () => {
  it("tells our busy processes from those of the component that run the same program on the same file", async () => {
    const before = counted();
    const [program = "", ...argv] = workerCommand(0.1, 1_000);
    const [same = "", ...file] = argv.slice(argv.indexOf("sha256sum"), -1);
    const foreign = spawn(same, file, { stdio: "ignore" });
    const own = spawn(program, argv, { stdio: "ignore" });
    try {
      // Each program of the command replaces the one before, and has no arguments for a moment.
      await eventually("both to run it", 5_000, () => [foreign, own].every(({ pid }) => programOf(pid) === same));
      expect(counted()).to.deep.equal([(before[0] ?? 0) + 1, before[1]]);
    } finally {
      const ended = Promise.all([once(foreign, "exit"), once(own, "exit")]);
      for (const child of [foreign, own]) child.kill("SIGKILL");
      await ended;
    }
    expect(counted()).to.deep.equal(before);
  });

  it("is worn by the children of witnesses, too", async () => {
    const before = counted();
    const child = startAskedChild(work, []);
    try {
      expect(await child.ask()).to.be.a("number");
      expect(counted()).to.deep.equal([before[0], (before[1] ?? 0) + 1]);
    } finally {
      await child.end();
    }
    expect(counted()).to.deep.equal(before);
  });
});
