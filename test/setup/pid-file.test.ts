import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { judgePidFile, readPidFile, removeIfStale } from "../../src/setup/pid-file.ts";

describe("judgePidFile", () => {
  const living = new Map([
    [7, "dockerd"],
    [8, "bash"],
  ]);
  const judge = (content: string | undefined) => judgePidFile(content, "dockerd", (pid) => living.get(pid));

  it("takes a living dockerd for running", () => expect(judge("7\n")).to.deep.equal({ state: "running", pid: 7 }));
  it("takes a dead process for stale", () => expect(judge("9")).to.deep.equal({ state: "stale", why: "process 9 is dead" }));
  it("takes a stranger who got the number since for stale", () =>
    expect(judge("8")).to.deep.equal({ state: "stale", why: 'process 8 is "bash", not dockerd' }));
  for (const content of ["", "abc", "0", "-7", "7 8"])
    it(`takes ${JSON.stringify(content)} for stale`, () => expect(judge(content).state).to.equal("stale"));
  it("takes no file for no engine", () => expect(judge(undefined)).to.deep.equal({ state: "absent" }));
});

describe("removeIfStale, over a made-up /proc", () => {
  let folder = "";
  let file = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "planefault-pid-"));
    file = join(folder, "docker.pid");
    writeFileSync(file, "42");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const process42 = (comm: string, state: string): void => {
    mkdirSync(join(folder, "42"));
    writeFileSync(join(folder, "42", "comm"), `${comm}\n`);
    writeFileSync(join(folder, "42", "stat"), `42 (${comm} S ) ${state} 1 42 42`);
  };

  it("never touches the file of a living dockerd", async () => {
    process42("dockerd", "S");
    expect(await removeIfStale(file, "dockerd", folder)).to.equal(undefined);
    expect(existsSync(file)).to.equal(true);
  });
  it("removes the file of a dead process, and says so", async () => {
    expect(await removeIfStale(file, "dockerd", folder)).to.include("process 42 is dead");
    expect(existsSync(file)).to.equal(false);
  });
  it("removes the file of a zombie", async () => {
    process42("dockerd", "Z");
    expect(await readPidFile(file, "dockerd", folder)).to.have.property("state", "stale");
  });
  it("removes the file whose number has gone to a stranger", async () => {
    process42("sshd", "S");
    expect(await removeIfStale(file, "dockerd", folder)).to.include('"sshd"');
  });
});
