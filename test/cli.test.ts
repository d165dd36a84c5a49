// The command line's words: every command explains itself, and says no to what it does not know.
import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { call } from "./commands/program.ts";

const commands: Readonly<Record<string, readonly string[]>> = {
  run: ["--tag", "--json", "--keep", "--seed", "--repeat", "--resume", "--mutate", "--watch", "--reports"],
  plan: ["--tag", "--json", "--live"],
  judge: ["--json", "--markdown", "--mutate"],
  triage: ["--variant", "--session", "--patience", "--json"],
  observe: ["--variant", "--for", "--json", "--keep"],
  cleanup: ["--json", "--dry-run", "--session"],
  doctor: ["--fix", "--json"],
  init: ["--target", "--variant", "--fault", "--compose", "--out", "--force"],
  schema: ["--folder"],
  list: ["--json"],
};

describe("the command line", function () {
  this.timeout(30_000);

  it("names all commands, the exit codes and where to start", async () => {
    const { code, output } = await call(["--help"]);
    expect(code).to.equal(0);
    for (const command of Object.keys(commands)) expect(output).to.match(new RegExp(`^ +${command}\\b.* {2,}\\S`, "mu"));
    expect(output).to.contain("Exit codes: 0 as expected").and.to.contain("planefault run experiments/etcd-app/disk-pressure.yaml");
  });

  for (const [command, options] of Object.entries(commands))
    it(`${command} explains each of its options`, async () => {
      const { code, output } = await call([command, "--help"]);
      expect(code).to.equal(0);
      const explained = [...output.matchAll(/^ +(?:-h, )?(--[a-z-]+)(?: <\w+>)? {2,}\S/gmu)].map((match) => match[1]);
      expect(explained).to.have.members([...options, "--help"]);
      expect(output.match(/\(default:[^)]*\)\s*\(default:/u)).to.equal(null);
    });

  it("says the version of the package", async () => {
    const { version } = JSON.parse(await readFile("package.json", "utf8")) as { readonly version: string };
    expect((await call(["--version"])).output.trim()).to.equal(version);
  });

  it("refuses a number of repeats that no memory holds", async () => {
    const { code, output } = await call(["run", "experiments/echo/loss.yaml", "--repeat", "1e9"]);
    expect([code, output.includes("expected at most 1000")]).to.deep.equal([2, true]);
  });

  it("refuses to resume what is run at each save", async () => {
    const { code, output } = await call(["run", "experiments/echo/loss.yaml", "--watch", "--resume"]);
    expect([code, output.includes("'--watch' cannot be used with option '--resume'")]).to.deep.equal([2, true]);
  });
});
