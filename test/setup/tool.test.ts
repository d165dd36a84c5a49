import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { PlanefaultError } from "../../src/model/error.ts";
import { runTool } from "../../src/setup/tool.ts";

const node = (code: string): [string, ...string[]] => [process.execPath, "-e", code];
const failure = async (argv: [string, ...string[]], timeoutMs = 5_000, log?: string): Promise<PlanefaultError> => {
  const error = await runTool(argv, { timeoutMs, ...(log === undefined ? {} : { log }) }).catch((caught: unknown) => caught);
  if (!(error instanceof PlanefaultError)) throw new Error(`expected a PlanefaultError, got ${String(error)}`);
  return error;
};

describe("runTool", () => {
  it("gives standard output alone", async () =>
    expect(await runTool(node("console.log(1); console.error(2)"), { timeoutMs: 5_000 })).to.equal("1\n"));

  it("puts the last lines into the error and everything into the log", async () => {
    const folder = mkdtempSync(join(tmpdir(), "planefault-tool-"));
    const log = join(folder, "log", "x.log");
    const error = await failure(node("for (let i = 1; i <= 40; i++) console.log('line ' + i); process.exitCode = 3"), 5_000, log);
    expect(error.message).to.include("exit code 3").and.include("line 40").and.not.include("line 10\n");
    expect(error.hint).to.include(log);
    expect(readFileSync(log, "utf8")).to.include("line 1\n");
    rmSync(folder, { recursive: true });
  });

  it("says that a program is missing", async () => expect((await failure(["planefault-no-such-program"])).message).to.include("ENOENT"));
  it("ends a program at its deadline", async () =>
    expect((await failure(node("setInterval(() => {}, 1e6)"), 200)).message).to.include("deadline 0.2 s"));
});
