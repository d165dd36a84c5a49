// What a script sees. A crash never exits 1, which would read as a verdict.
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call } from "./program.ts";

const noEngine = { DOCKER_HOST: "unix:///nonexistent/planefault.sock", PLANEFAULT_SETUP: "off" };
const loss = "experiments/echo/loss.yaml";

describe("exit codes", function () {
  this.timeout(60_000);
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-exit-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  for (const [what, words, says] of [
    ["a bad file", ["run", "test/files/bad/unknown-option.yaml"], "unknown-option.yaml:5:45"],
    ["a bad file among good ones", ["run", loss, "test/files/bad/unknown-kind.yaml"], "unknown-kind.yaml:5:19"],
    ["a file that is not there", ["run", "nowhere.yaml"], 'no experiment file at "nowhere.yaml"'],
    ["an unknown option", ["run", loss, "--repeet", "3"], "--repeet"],
    ["a malformed value", ["run", loss, "--repeat", "none"], "whole number"],
    ["an unknown command", ["rum", loss], "rum"],
    ["a folder that is no run", ["judge", "nowhere"], "nowhere"],
  ] as const)
    it(`2 for ${what}, and nothing starts`, async () => {
      const { code, output } = await call(words, noEngine);
      expect(code, output).to.equal(2);
      expect(output).to.contain(says).and.not.to.contain("[1]");
    });

  for (const words of [["run", loss], ["cleanup"], ["doctor"]])
    it(`4 for ${words[0]} without an engine`, async () => {
      const { code, output } = await call([...words, ...(words[0] === "run" ? ["--reports", folder] : [])], noEngine);
      expect(code, output).to.equal(4);
      expect(output).to.match(/engine|connect/u);
    });

  it("4 for what the operating system refuses in the middle of a command", async () => {
    await writeFile(join(folder, "file"), "");
    const { code, output } = await call(["schema", "--folder", join(folder, "file", "schema")]);
    expect(code, output).to.equal(4);
  });

  for (const [what, line] of [
    ["an exception", "setImmediate(() => { throw new TypeError('thrown late') });"],
    ["a rejection", "void Promise.reject(new TypeError('thrown late'));"],
  ] as const)
    it(`4 for ${what} that nobody caught`, async () => {
      const file = join(folder, "late.ts");
      // Loaded like any experiment; it is none, but the command does not live long enough to say so.
      await writeFile(file, `${line}\nsetInterval(() => {}, 1_000);\nawait new Promise(() => {});\n`);
      const { code, output } = await call(["plan", file]);
      expect(code, output).to.equal(4);
      expect(output).to.contain("thrown late");
    });

  it("4 for waiting for what can never come", async () => {
    await writeFile(join(folder, "never.ts"), "await new Promise(() => undefined);\n");
    expect((await call(["plan", join(folder, "never.ts")])).code).to.equal(4);
  });

  it("0 for the help of triage, which owns up to what its probes write", async () => {
    const { code, output } = await call(["triage", "--help"]);
    expect(code).to.equal(0);
    expect(output.replaceAll(/\s+/gu, " ")).to.contain(
      "It breaks nothing, but asks as the target's probes do: what they write it writes, too",
    );
    expect(output).not.to.contain("changes nothing");
  });
  it("0 for help and version", async () => {
    for (const word of ["--help", "--version"]) expect((await call([word])).code).to.equal(0);
  });
});
