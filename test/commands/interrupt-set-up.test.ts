// Ctrl-C while set-up is at its long steps, on an engine that never ends them: it ends now, with 4, since nothing was started that could be broken.
import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeEngine } from "../setup/fake-engine.ts";
import { Program } from "./program.ts";

const debianIsThere = [/^GET \/images\/planefault\/debian:latest\/json/u, { status: 200, body: {} }] as const;
/** Before the pull is given up by itself. */
const soonMs = 5_000;

describe("a set-up that is broken off", function () {
  this.timeout(60_000);
  let folder = "";
  let program: Program | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-set-up-"));
  });
  afterEach(async () => {
    program?.child.kill("SIGKILL");
    await program?.end();
    await rm(folder, { recursive: true });
  });
  const start = (engine: FakeEngine, words: readonly string[] = ["run", "experiments/echo/nothing.yaml", "--reports", folder]): Program => {
    program = new Program(words, { DOCKER_HOST: `unix://${engine.socket}` });
    return program;
  };

  for (const [what, request, how, answers] of [
    ["a pull that nobody answers", /^POST \/images\/create/u, "hangs", []],
    ["a pull", /^POST \/images\/create/u, "talks", []],
    ["a build that nobody answers", /^POST \/build/u, "hangs", [debianIsThere]],
    ["a build", /^POST \/build/u, "talks", [debianIsThere]],
  ] as const)
    it(`in ${what} ends it, names no image, says so and exits 4`, async () => {
      await using engine = await FakeEngine.open([request, how], ...answers);
      const run = start(engine);
      await engine.until("asked", request);
      run.child.kill("SIGINT");
      expect(await run.end(soonMs), run.output).to.equal(4);
      await engine.until("left", request);
      expect(run.output)
        .to.contain("set-up was broken off (interrupted by SIGINT); nothing else was started")
        .and.to.match(/\[\d\] broken off/u);
      expect(engine.asked.filter((line) => line.includes("/tag"))).to.deep.equal([]);
    });

  it("of `doctor --fix` exits 4 too", async () => {
    await using engine = await FakeEngine.open([/^POST \/images\/create/u, "hangs"]);
    const run = start(engine, ["doctor", "--fix"]);
    await engine.until("asked", /^POST \/images\/create/u);
    run.child.kill("SIGINT");
    expect(await run.end(soonMs), run.output).to.equal(4);
    expect(run.output).to.contain("set-up was broken off");
  });

  it("by a second Ctrl-C, where the first one is not heard, exits 4 at once", async () => {
    await using engine = await FakeEngine.open([/^GET \/images\//u, "hangs"]);
    const run = start(engine);
    await engine.until("asked", /^GET \/images\//u);
    run.child.kill("SIGINT");
    // Another one: two of the same that are on their way at once are one.
    run.child.kill("SIGTERM");
    expect(await run.end(soonMs), run.output).to.equal(4);
    expect(run.output).to.contain("no target was started");
  });
});
