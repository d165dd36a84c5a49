import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { PlanefaultError } from "../../src/model/error.ts";
import { runTool, runToItsEnd } from "../../src/setup/tool.ts";

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

  /** A program whose child holds its output open, as those of debootstrap do; the child's pid is its first line. */
  const parent = (child: string): [string, ...string[]] =>
    node(
      `console.log(require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "inherit" }).pid); setInterval(() => {}, 1e6)`,
    );
  /** A signal takes its time to arrive. */
  const hasGone = async (pid: string): Promise<void> => {
    const deadline = AbortSignal.timeout(2_000);
    const isAlive = (): boolean => existsSync(`/proc/${pid}`) && !/ Z /u.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    expect(pid).to.match(/^\d+$/u);
    while (isAlive()) await pause(20, undefined, { signal: deadline });
  };

  it("ends a program with its children when it is broken off", async () => {
    const abort = new AbortController();
    let child = "";
    const note = (line: string): void => {
      child = line.trim();
      abort.abort();
    };
    const error = await runTool(parent("setInterval(() => {}, 1e6)"), { timeoutMs: 5_000, note, signal: abort.signal }).catch(String);
    expect(error).to.include("broken off");
    await hasGone(child);
  });

  /** A program of its own that calls us, as whoever imports the package does; `ready` gets its first line. */
  const caller = async (code: string, ready: (line: string, pid: number) => void): Promise<void> => {
    const tool = join(import.meta.dirname, "..", "..", "src", "setup", "tool.ts");
    const program = spawn(process.execPath, ["--input-type=module", "-e", `import * as tool from ${JSON.stringify(tool)};\n${code}`]);
    program.stdout.setEncoding("utf8").once("data", (text: string) => ready(text.trim(), program.pid ?? 0));
    await once(program, "exit", { signal: AbortSignal.timeout(8_000) });
  };

  it("ends a program with its children by a Ctrl-C that its caller does not handle", async () => {
    let child = "";
    const run = `await tool.runTool(${JSON.stringify(parent("setInterval(() => {}, 1e6)"))}, { timeoutMs: 60000, note: (line) => console.log(line) })`;
    await caller(run, (line, pid) => {
      child = line;
      process.kill(pid, "SIGINT");
    });
    await hasGone(child);
  });

  it("leaves alone what must come to its end, though its caller goes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "planefault-tool-"));
    const [log, done] = [join(folder, "x.log"), join(folder, "done")];
    const slow = node(
      `console.log("begun"); setTimeout(() => { console.log("ended"); require("fs").writeFileSync(${JSON.stringify(done)}, ""); }, 500)`,
    );
    const options = JSON.stringify({ timeoutMs: 60_000, log });
    await caller(
      `void tool.runToItsEnd(${JSON.stringify(slow)}, ${options}); console.log("now"); setTimeout(() => process.exit(4), 200)`,
      () => {},
    );
    expect(existsSync(done)).to.equal(false);
    const deadline = AbortSignal.timeout(5_000);
    while (!existsSync(done)) await pause(20, undefined, { signal: deadline });
    expect(readFileSync(log, "utf8")).to.equal("begun\nended\n");
    rmSync(folder, { recursive: true });
  });

  it("says how it failed to come to its end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "planefault-tool-"));
    const options = { timeoutMs: 5_000, log: join(folder, "x.log") };
    expect(await runToItsEnd(node("console.log('no space'); process.exitCode = 3"), options).catch(String)).to.match(
      /exit code 3\nno space/u,
    );
    rmSync(folder, { recursive: true });
  });

  it("kills what does not end at its deadline, with its children", async function () {
    this.timeout(20_000);
    let child = "";
    const note = (line: string): void => void (child = line.trim());
    const deaf = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)";
    const error = await runTool(parent(deaf), { timeoutMs: 500, note }).catch(String);
    expect(error).to.include("deadline 0.5 s");
    await hasGone(child);
  });

  it("starts nothing when it is broken off already", async () =>
    expect(await runTool(["planefault-no-such-program"], { timeoutMs: 5_000, signal: AbortSignal.abort("Ctrl-C") }).catch(String)).to.equal(
      "Ctrl-C",
    ));

  it("ends a program at its deadline", async () =>
    expect((await failure(node("setInterval(() => {}, 1e6)"), 200)).message).to.include("deadline 0.2 s"));
});
