import { expect } from "chai";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { joinLeaf, splitProcesses } from "../../src/agent/split.ts";

/** Names of processes are those of their programs or titles; this one is nobody else's. */
const exe = `late-${process.pid}`;

describe("a leaf cgroup for each declared process", () => {
  let cgroup: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    cgroup = mkdtempSync(join(tmpdir(), "planefault-split-"));
    writeFileSync(join(cgroup, "cgroup.procs"), "");
  });
  afterEach(async () => {
    if (child?.kill("SIGKILL")) await once(child, "exit");
    child = undefined;
    rmSync(cgroup, { recursive: true });
  });

  it("waits for a process that starts later than the health check says", async () => {
    const program = `setTimeout(() => (process.title = "${exe}"), 300); setInterval(() => undefined, 1000)`;
    child = spawn(process.execPath, ["-e", program], { stdio: "ignore" });
    expect(await splitProcesses([{ name: "clerk", exe }], cgroup, "disk")).to.deep.equal({ clerk: [child.pid] });
    expect(readFileSync(join(cgroup, "planefault-clerk", "cgroup.procs"), "utf8")).to.equal(`${child.pid}\n`);
  });

  it("takes a process that was started anew into the leaf of the one before it, and makes no leaf where there was none", async () => {
    const program = `process.title = "${exe}"; setInterval(() => undefined, 1000)`;
    child = spawn(process.execPath, ["-e", program], { stdio: "ignore" });
    const declared = [{ name: "clerk", exe }];
    await splitProcesses(declared, cgroup, "disk");
    const members = join(cgroup, "planefault-clerk", "cgroup.procs");
    writeFileSync(members, "");
    joinLeaf("clerk", declared, cgroup);
    expect(readFileSync(members, "utf8")).to.equal(`${child.pid}\n`);
    rmSync(join(cgroup, "planefault-clerk"), { recursive: true });
    joinLeaf("clerk", declared, cgroup);
    expect(existsSync(join(cgroup, "planefault-clerk"))).to.equal(false);
  });

  it("says for which process it waited", async () => {
    const refused = await splitProcesses([{ name: "clerk", exe }], cgroup, "disk", 60).catch(String);
    expect(refused).to.contain(`waited 60 ms for a process ${exe}: without it clerk cannot have a cgroup of its own`);
  });
});
